"""Parquet tables: one file or a folder of parts; columns are recognised as in a CSV."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from core.catalogue.formats.format import Columns, Format, Piece, ReadOptions
from core.catalogue.formats.table import match_columns, normal_chunk
from core.common.errors import CatalogueError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

ENDINGS = (".parquet", ".pq")
PREFERRED = "products.parquet"


def read(data: Path, options: ReadOptions) -> Iterator[pd.DataFrame]:
    """Yield normalised chunks of all parts, sorted by file name."""
    for piece in pieces(data):
        yield from piece.read(options)


def pieces(data: Path) -> list[Piece]:
    """Return the row groups of all parts, which can be read independently.

    Raises
    ------
    CatalogueError
        When there is no table, it cannot be read, or it has no rows.
    """
    groups, rows = [], 0
    for file in find_parts(data):
        with _opened(file) as opened:
            for group in range(opened.num_row_groups):
                groups.append(Piece(rows, partial(_read_group, file, group, rows)))
                rows += opened.metadata.row_group(group).num_rows
    if not rows:
        raise CatalogueError(f"{data}: a Parquet table without rows")
    return groups


def find_parts(data: Path) -> list[Path]:
    """Return the files of the table at `data`, sorted by name.

    Parameters
    ----------
    data
        A Parquet file; or a folder with ``products.parquet`` (a file or a folder of parts); or a folder whose
        Parquet files are all parts of the table.

    Raises
    ------
    CatalogueError
        If `data` does not exist or has no such file.
    """
    if data.is_file():
        return [data]
    if not data.is_dir():
        raise CatalogueError(f"{data}: no such file or folder")
    if (data / PREFERRED).exists():
        return find_parts(data / PREFERRED)
    parts = [file for file in data.iterdir() if file.suffix.lower() in ENDINGS and file.is_file()]
    parts = sorted(file for file in parts if not file.name.startswith((".", "_")))
    if not parts:
        raise CatalogueError(f"{data}: no product table found (looked for {PREFERRED}, {', '.join(ENDINGS)})")
    return parts


def _read_group(file: Path, group: int, first_row: int, options: ReadOptions) -> Iterator[pd.DataFrame]:
    import pyarrow as pa

    with _opened(file) as opened:
        header = opened.schema_arrow.names
        wanted = set(match_columns(file, header, options).values())
        if options.addresses:
            wanted |= {name for name in header if name.lower() == options.addresses.lower()}
        batches = opened.iter_batches(options.chunk_rows, row_groups=[group], columns=sorted(wanted))
        while True:
            try:
                batch = next(batches, None)
            except (OSError, pa.ArrowException) as error:
                raise CatalogueError(f"{file}: damaged ({_first_line(error)})") from error
            if batch is None:
                return
            columns: Columns = {}
            for name, cells in zip(batch.schema.names, batch.columns, strict=True):
                columns.setdefault(name, _texts(file, name, cells))
            yield normal_chunk(file, columns, options, first_row)
            first_row += batch.num_rows


def _opened(file: Path) -> pq.ParquetFile:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.ParquetFile(file)
    except (OSError, pa.ArrowException) as error:
        raise CatalogueError(f"{file}: not a Parquet file ({_first_line(error)})") from error


def _texts(file: Path, name: str, cells: pa.Array) -> list[str]:
    """Return a column's cells as in a CSV: integers without ``.0``, "" for missing values."""
    import pyarrow as pa

    try:
        return [cell or "" for cell in cells.cast(pa.string()).to_pylist()]
    except pa.ArrowException as error:
        raise CatalogueError(
            f"{file}: column {name!r} holds {cells.type}; expected texts or numbers"
        ) from error


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


FORMAT = Format(name="parquet", labels=(), minimum=20, floor=10, read=read, pieces=pieces)

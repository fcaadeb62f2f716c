"""Vectors in tables: Parquet and CSV, one column a number or one column of lists."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.common.errors import EncoderError
from core.features.given.blocks import ROWS, Block, block_of_rows
from core.features.given.columns import VectorColumns, find_columns

if TYPE_CHECKING:
    import pyarrow as pa

_CUT = "a vector that was printed, and cut with ..."
_NO_NUMBERS = "no list of numbers"
BLOCK_BYTES = 2 << 20
"""Of a CSV file that are read at once; a row must fit into it."""


def read_csv(file: Path) -> Iterator[Block]:
    """Yield the vectors of a CSV file, packed or not."""
    import pyarrow as pa
    import pyarrow.csv as pc

    delimiter, names = _header(file)
    columns = find_columns(names, file.name)
    kinds = dict.fromkeys(columns.numbers, pa.string() if columns.listed else pa.float32())
    try:
        with pa.input_stream(str(file), compression="detect") as stream:
            batches = pc.open_csv(
                stream,
                pc.ReadOptions(use_threads=False, block_size=BLOCK_BYTES),
                pc.ParseOptions(delimiter=delimiter, newlines_in_values=True),
                pc.ConvertOptions(
                    column_types={columns.ids: pa.string(), **kinds},
                    include_columns=[columns.ids, *columns.numbers],
                ),
            )
            yield from _blocks(batches, columns)
    except pa.ArrowInvalid as error:
        raise EncoderError(f"{file.name}: {' '.join(str(error).split())[:160]}") from None


def read_parquet(file: Path) -> Iterator[Block]:
    """Yield the vectors of a Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(file, memory_map=True) as opened:
            columns = find_columns(opened.schema_arrow.names, file.name)
            batches = opened.iter_batches(ROWS, columns=[columns.ids, *columns.numbers])
            yield from _blocks(batches, columns)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise EncoderError(f"{file.name}: {' '.join(str(error).split())[:160]}") from None


def _header(file: Path) -> tuple[str, list[str]]:
    """Return the delimiter and the columns of a CSV file."""
    import csv
    import io

    import pyarrow as pa

    with pa.input_stream(str(file), compression="detect") as stream:
        start = stream.read(1 << 20)
    line = start.partition(b"\n")[0].decode("utf-8-sig", "replace").rstrip("\r")
    delimiter = max(",;\t", key=line.count)
    return delimiter, next(csv.reader(io.StringIO(line), delimiter=delimiter), [])


def _blocks(batches: Iterator[pa.RecordBatch], columns: VectorColumns) -> Iterator[Block]:
    import pyarrow as pa

    dim = None if columns.listed else len(columns.numbers)
    for batch in batches:
        if not len(batch):
            continue
        ids = batch.column(columns.ids).cast(pa.string()).to_pylist()
        kept = ["" if each is None else each for each in ids]
        if columns.listed:
            block = _of_lists(kept, batch.column(columns.numbers[0]), dim)
        else:
            numbers = [
                np.asarray(batch.column(name).cast(pa.float32()).to_numpy(zero_copy_only=False))
                for name in columns.numbers
            ]
            block = Block(kept, np.stack(numbers, axis=1).astype(np.float32))
        dim = dim or block.vectors.shape[1] or None
        yield block


def _of_lists(ids: list[str], column: pa.Array, dim: int | None) -> Block:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return block_of_rows(ids, [_parsed(text) for text in column.to_pylist()], dim)
    if not hasattr(column.type, "value_type"):
        return block_of_rows(ids, [_NO_NUMBERS] * len(ids), dim)
    lengths = pc.list_value_length(column)
    if not column.null_count and len(pc.unique(lengths)) == 1 and dim in (None, lengths[0].as_py()):
        flat = column.flatten().cast(pa.float32()).to_numpy(zero_copy_only=False)
        return Block(ids, np.array(flat, dtype=np.float32).reshape(len(ids), -1))
    rows = [_NO_NUMBERS if row is None else _array(row) for row in column.to_pylist()]
    return block_of_rows(ids, rows, dim)


def _array(row: list[float | None]) -> np.ndarray:
    return np.array([np.nan if each is None else each for each in row], dtype=np.float32)


def _parsed(text: str | None) -> np.ndarray | str:
    """Return the numbers of a list as Python or NumPy writes it, ``[0.1, 0.2]`` or ``[0.1 0.2]``."""
    stripped = (text or "").strip()
    if "..." in stripped:
        return _CUT
    try:
        return np.array(stripped.strip("[]()").replace(",", " ").split(), dtype=np.float32)
    except ValueError:
        return _NO_NUMBERS

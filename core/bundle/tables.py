"""Tables in a bundle: how much they unpack to is found out first, then what they hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from core.common.errors import BundleError
from core.common.parquet_size import group_sizes

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

LEAST_BYTES = 64 << 20
BYTES_A_ROW = 20_000
MOST_BYTES = 2 << 30
"""What a table may take in memory: `BYTES_A_ROW`, but at least `LEAST_BYTES` and at most `MOST_BYTES`."""
MOST_COLUMNS = 500
LONGEST_QUOTE = 60

_DTYPES = {"f": ("float",), "i": ("int",), "b": ("bool",), "t": ("str", "object")}


def read_table(file: Path, rows: int | None, most_rows: int) -> pd.DataFrame:
    """Read a Parquet file.

    Parameters
    ----------
    file
        The file.
    rows
        How many rows it must have; None for any number up to `most_rows`.
    most_rows
        The most it may have.

    Raises
    ------
    OSError
        It cannot be read.
    ValueError
        It is no Parquet file, holds other things than texts, numbers, true and false, or unpacks to more than
        such a table may take.
    """
    packed = packed_table(file, rows, most_rows)
    # How long the columns of texts will be is known before they are written out.
    most, length = _most_bytes(packed.num_rows), sum(map(_text_bytes, packed.columns))
    if length > most:
        raise ValueError(f"{file.name}: expected texts of up to {most:,} bytes, got {length:,}")
    frame: pd.DataFrame = _written_out(packed).to_pandas()
    return frame


def packed_table(
    file: Path, rows: int | None, most_rows: int, columns: Sequence[str] | None = None
) -> pa.Table:
    """Read a Parquet file, or some of its columns, as :func:`read_table` does, texts as dictionaries.

    They take no more memory than in the file, and neither pandas nor Arrow's functions are imported.
    """
    import pyarrow.parquet as pq

    with pq.ParquetFile(file) as parquet:
        if problem := _shape_problem(parquet, rows, most_rows) or _column_problem(parquet):
            raise ValueError(f"{file.name}: {problem}")
        most = _most_bytes(parquet.metadata.num_rows)
        if sum(group.pages for group in group_sizes(file, parquet)) > most:
            raise ValueError(f"{file.name}: expected a table of up to {most:,} bytes, got a larger one")
        texts = [field.name for field in parquet.schema_arrow if _is_text(field.type)]
    with pq.ParquetFile(file, read_dictionary=texts) as parquet:
        packed = parquet.read(columns=None if columns is None else list(columns))
    packed.validate(full=True)
    return packed


def _most_bytes(rows: int) -> int:
    return min(MOST_BYTES, max(LEAST_BYTES, BYTES_A_ROW * rows))


def _shape_problem(parquet: pq.ParquetFile, rows: int | None, most_rows: int) -> str:
    facts = parquet.metadata
    in_groups = sum(facts.row_group(group).num_rows for group in range(facts.num_row_groups))
    if facts.num_rows != in_groups or not 0 <= facts.num_rows <= most_rows or rows not in (None, in_groups):
        return f"expected {rows if rows is not None else f'up to {most_rows}'} rows, got {facts.num_rows}"
    if facts.num_columns > MOST_COLUMNS:
        return f"expected up to {MOST_COLUMNS} columns, got {facts.num_columns}"
    leaves = parquet.schema
    nested = [leaf.name for leaf in leaves if leaf.max_repetition_level or leaf.max_definition_level > 1]
    return f"column {nested[0]!r} holds lists" if nested else ""


def _column_problem(parquet: pq.ParquetFile) -> str:
    import pyarrow as pa

    schema = parquet.schema_arrow
    if len(set(schema.names)) < len(schema.names):
        return "two columns of one name"
    tests = (_is_text, pa.types.is_floating, pa.types.is_integer, pa.types.is_boolean, pa.types.is_null)
    for field in schema:
        if not any(test(field.type) for test in tests):
            return f"expected texts and numbers, got column {field.name!r} of type {field.type}"
    return ""


def _is_text(kind: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _text_bytes(column: pa.ChunkedArray) -> int:
    """Return how long all texts of a column are together, written out."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_dictionary(column.type):
        return 0
    total = 0
    for chunk in column.chunks:
        lengths = pc.binary_length(chunk.dictionary).cast(pa.int64())
        total += pc.sum(lengths.take(chunk.indices)).as_py() or 0
    return total


def _written_out(packed: pa.Table) -> pa.Table:
    """Return the table with texts in place of dictionaries."""
    import pyarrow as pa

    fields, columns = [], []
    for field, column in zip(packed.schema, packed.columns, strict=True):
        if pa.types.is_dictionary(field.type):
            field = pa.field(field.name, pa.large_string())
            column = column.cast(field.type)
        fields.append(field)
        columns.append(column)
    return pa.table(columns, pa.schema(fields, packed.schema.metadata))


def checked_columns(frame: pd.DataFrame, kinds: Mapping[str, str], name: str) -> None:
    """Check that a table has these columns.

    Parameters
    ----------
    frame, name
        The table, and the name of its file.
    kinds
        Column -> what it holds: ``f`` for fractions, ``i`` for whole numbers, ``b`` for true or false, ``t``
        for texts.

    Raises
    ------
    BundleError
        A column is missing or holds something else.
    """
    for column, kind in kinds.items():
        got = str(frame[column].dtype) if column in frame.columns else "no such column"
        if column not in frame.columns or got.rstrip("0123456789") not in _DTYPES[kind]:
            raise BundleError(f"{name}.{column}: expected {_DTYPES[kind][0]}, got {got}")
        if kind == "t" and not _all_texts(frame[column]):
            raise BundleError(f"{name}.{column}: expected a text in each row, got none in some")


def _all_texts(cells: pd.Series[str]) -> bool:
    if cells.dtype == "str":  # of texts and missing ones, so that no cell need be looked at alone
        return not cells.hasnans
    return bool(cells.map(lambda each: isinstance(each, str)).all())


def checked_values(frame: pd.DataFrame, expected: Mapping[str, tuple[pd.Series, str]], name: str) -> None:
    """Check the values of a table's columns.

    Parameters
    ----------
    frame, name
        The table, and the name of its file.
    expected
        Column -> bool (n,), which of its values are good, and what is expected, in words.

    Raises
    ------
    BundleError
        A value is not as expected.
    """
    for column, (good, words) in expected.items():
        if not good.all():
            raise BundleError(
                f"{name}.{column}: expected {words}, got {str(frame[column][~good].iat[0])[:60]}"
            )

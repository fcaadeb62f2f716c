"""Write a Parquet file back: columns are added, or the category's is replaced; types stay as they are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.catalogue.sources.parquet_tables import ParquetOrigin
from core.catalogue.writing.changes import Changes, RowChange
from core.common.errors import CatalogueError

if TYPE_CHECKING:
    import pyarrow as pa


def write_parquet(origin: ParquetOrigin, added: Sequence[str], changes: Changes, out: Path) -> None:
    """Write a Parquet file group by group, with columns added or cells replaced.

    Raises
    ------
    CatalogueError
        If a column to be replaced holds no texts, lists of them, or numbers of classes.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetFile(origin.file) as file:
        schema = file.schema_arrow
        types = _added_types(added)
        for name, kind in types.items():
            schema = schema.append(pa.field(name, kind))
        number, following = 0, next(changes, (0, RowChange()))
        with pq.ParquetWriter(out, schema, compression="zstd") as writer:
            for group in range(file.num_row_groups):
                table = file.read_row_group(group)
                rows: list[RowChange] = []
                for _ in range(table.num_rows):
                    number += 1
                    here = following[0] == number
                    rows.append(following[1] if here else RowChange())
                    following = next(changes, (0, RowChange())) if here else following
                table = _replaced(table, rows, origin)
                for at, (name, kind) in enumerate(types.items()):
                    cells = [row.added[at] if row.added else None for row in rows]
                    table = table.append_column(pa.field(name, kind), pa.array(cells, kind))
                writer.write_table(table.cast(schema))


def _added_types(added: Sequence[str]) -> dict[str, pa.DataType]:
    import pyarrow as pa

    kinds = {"confidence": pa.float64(), "needs_review": pa.bool_()}
    return {name: kinds.get(name.removesuffix("_new"), pa.string()) for name in added}


def _replaced(table: pa.Table, rows: Sequence[RowChange], origin: ParquetOrigin) -> pa.Table:
    import pyarrow as pa

    for column in {name for row in rows for name in row.replaced}:
        place = table.column_names.index(column) if column in table.column_names else -1
        if place < 0:
            raise CatalogueError(
                f"column {column!r} is part of another; name a file that ends in .csv or .xlsx"
            )
        field = table.schema.field(place)
        cells: list[Any] = table.column(place).to_pylist()
        for at, row in enumerate(rows):
            if column in row.replaced:
                cells[at] = _value(row.replaced[column], field.type, origin.classes.get(column))
        try:
            table = table.set_column(place, field, pa.array(cells, field.type))
        except (pa.ArrowException, ValueError, TypeError) as error:
            raise CatalogueError(
                f"column {column!r} holds {field.type}, which takes no category; "
                "name a file that ends in .csv or .xlsx"
            ) from error
    return table


def _value(cell: str, kind: pa.DataType, classes: Sequence[str] | None) -> Any:
    import pyarrow as pa

    if classes is not None:
        if cell not in classes:
            raise CatalogueError(
                f"category {cell!r} is none of the column's classes; name a file that ends in .csv or .xlsx"
            )
        return list(classes).index(cell)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return json.loads(cell) if cell.startswith("[") else [cell]
    return cell

"""Parquet files: columns of any type become texts; images stay in the file and cells refer to them.

A reference is ``parquet:FILE#ROW/COLUMN``, with ``[2]`` behind it for the third image of a list: the file's
name, the row in that file from 0, and the column. `RawTable.image_bytes` reads it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.catalogue.sources.parquet_images import ImageReader, file_name, open_parquet
from core.catalogue.sources.parquet_texts import NO_TEXT, TextColumn, is_image, storage, text_column
from core.catalogue.sources.raw import BLANK, MENDED, Block, Event, RawTable, unique_names
from core.catalogue.sources.source import Source, one_line
from core.common.errors import CatalogueError
from core.common.parquet_size import GroupSize, group_sizes

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq


@dataclass(frozen=True)
class ParquetOrigin:
    """A Parquet file that is a table.

    Attributes
    ----------
    file
        The file.
    classes
        Column of class numbers -> names of the classes.
    """

    file: Path
    classes: Mapping[str, list[str]]


_TOO_MUCH = "the table unpacks to more than {:,} bytes, far more than its file"
BINARY = "cells with binary data that is no image, read as empty"

_BLOCK = 512
_BATCH_BYTES = 1 << 26
LEAST_BYTES = 1 << 28
TIMES = 100
"""A file may unpack to `TIMES` its size, or to `LEAST_BYTES`: a value can be stored once for all rows."""


def read_parquet(source: Source) -> RawTable:
    """Read a Parquet file.

    Raises
    ------
    CatalogueError
        If it cannot be read, or has no rows or no columns.
    """
    source.without_sheets()
    with open_parquet(source) as file:
        schema = file.schema_arrow
        if not file.metadata.num_rows:
            raise CatalogueError(f"{source.name}: a Parquet table without rows")
        columns = [text_column(file_name(source), field, _class_names(schema)) for field in schema]
    names = unique_names(name for column in columns for name in column.names)
    if not names:
        raise CatalogueError(f"{source.name}: a Parquet table without columns")
    return source.table(
        "parquet",
        names,
        lambda: _blocks(source, columns),
        details={"layout": "Parquet"},
        read_image=ImageReader(source),
        origin=ParquetOrigin(source.file, _class_names(schema)),
    )


def _blocks(source: Source, columns: list[TextColumn]) -> Iterator[Block]:
    import pyarrow as pa

    row, unpacked, most = 0, 0, max(LEAST_BYTES, TIMES * source.file.stat().st_size)
    with open_parquet(source) as file:
        sizes = _checked_sizes(source, file, most)
        for group in range(file.num_row_groups):
            try:
                batches = file.iter_batches(
                    _rows_at_once(file, group, sizes[group]),
                    row_groups=[group],
                    columns=_needed_leaves(file, group),
                    use_threads=False,
                )
                while (batch := next(batches, None)) is not None:
                    cells = [
                        texts
                        for column, values in zip(columns, batch.columns, strict=True)
                        for texts in column.read(values, row)
                    ]
                    unpacked += sum(len(text) for texts in cells for text in texts)
                    if unpacked > most:
                        raise CatalogueError(f"{source.name}: {_TOO_MUCH.format(most)}")
                    yield _block(cells, row + 1)
                    row += batch.num_rows
            except (OSError, ValueError, OverflowError, pa.ArrowException) as error:
                raise CatalogueError(f"{source.name}: damaged after row {row} ({one_line(error)})") from error


def _checked_sizes(source: Source, file: pq.ParquetFile, most: int) -> list[GroupSize]:
    """Return what the groups of rows unpack to, if that is not too much."""
    try:
        sizes = group_sizes(source.file, file)
    except (OSError, ValueError) as error:
        raise CatalogueError(f"{source.name}: damaged ({one_line(error)})") from error
    if sum(size.pages for size in sizes) > most:
        raise CatalogueError(f"{source.name}: {_TOO_MUCH.format(most)}")
    return sizes


def _rows_at_once(file: pq.ParquetFile, group: int, unpacked: GroupSize) -> int:
    """Return how many rows are read together: one value stored for all of them is written out for each."""
    size = max(unpacked.pages, 1) / max(file.metadata.row_group(group).num_rows, 1)
    return max(1, min(_BLOCK, int(_BATCH_BYTES / size), int(_BATCH_BYTES / max(1, unpacked.dictionary))))


def _needed_leaves(file: pq.ParquetFile, group: int) -> list[str] | None:
    """Return the columns to read, None for all: not the bytes of images where none is missing."""
    images = {field.name for field in file.schema_arrow if is_image(storage(field.type))}
    if not images:
        return None
    # What is wrong with the facts of columns ends the process when these are asked for, and raises here.
    next(file.iter_batches(1, row_groups=[group], use_threads=False), None)
    facts = file.metadata.row_group(group)
    needed = []
    for place in range(facts.num_columns):
        leaf = facts.column(place)
        name, _, inner = leaf.path_in_schema.rpartition(".")
        counts = leaf.statistics
        whole = counts is not None and counts.has_null_count and counts.null_count == 0
        if not (inner == "bytes" and name in images and whole):
            needed.append(leaf.path_in_schema)
    return needed


def _block(cells: list[list[str]], first: int) -> Block:
    numbers: list[int] = []
    rows: list[list[str]] = []
    events: list[Event] = []
    for number, cell in enumerate(zip(*cells, strict=True), first):
        if not any(cell):
            events.append(Event(number, BLANK))
            continue
        row = list(cell)
        if NO_TEXT in row:
            row = ["" if each == NO_TEXT else each for each in row]
            events.append(Event(number, MENDED, BINARY))
        numbers.append(number)
        rows.append(row)
    return Block(numbers, rows, events)


def _class_names(schema: pa.Schema) -> dict[str, list[str]]:
    """Return the names of classes by column, as Hugging Face's data sets keep them."""
    stored = (schema.metadata or {}).get(b"huggingface", b"")
    try:
        features = json.loads(stored)["info"]["features"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    found = {}
    for name, feature in features.items() if isinstance(features, dict) else ():
        inner = feature.get("feature", feature) if isinstance(feature, dict) else feature
        inner = inner[0] if isinstance(inner, list) and inner else inner
        names = inner.get("names") if isinstance(inner, dict) else None
        if isinstance(names, list):
            found[name] = [str(each) for each in names]
    return found

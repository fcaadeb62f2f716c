"""Several files with the same columns as one table: shards, exports in pieces, splits of a data set."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from core.catalogue.sources.finding import listed, stem
from core.catalogue.sources.image_folders import SPLITS
from core.catalogue.sources.raw import Batch, Problems, RawTable, unique_names
from core.common.errors import CatalogueError, ImageError

_SHARD = re.compile(r"(?P<name>.*?)-(?P<number>\d{5})-of-(?P<count>\d{5})(?:-[0-9a-f]+)?")


def join_tables(
    path: Path, name: str, parts: Mapping[PurePosixPath, RawTable], problems: Problems
) -> RawTable:
    """Return one table of all rows; files that are splits give it a column that tells which.

    Parameters
    ----------
    path, name
        What the owner gave, and what to call it.
    parts
        Path relative to that -> table, in order; all count their problems in `problems`.

    Raises
    ------
    CatalogueError
        If the files have different columns or are of different kinds.
    """
    tables = list(parts.values())
    first = tables[0]
    if any(set(table.columns) != set(first.columns) or table.kind != first.kind for table in tables):
        raise CatalogueError(
            f"{name}: several tables ({listed(list(parts))}); give the path of the one to read"
        )
    splits = [split_of(file) for file in parts]
    named = len(set(splits)) > 1 and all(splits)
    columns = unique_names([*first.columns, "split"]) if named else first.columns
    problems.notes.append(
        f"{len(tables)} files with the same columns, read as one table: {listed(list(parts))}"
    )
    problems.notes.extend(_missing_shards(list(parts)))

    def batches(rows: int) -> Iterator[Batch]:
        for table, split in zip(tables, splits, strict=True):
            for batch in table.batches(rows):
                cells = {column: batch.columns[column] for column in first.columns}
                if named:
                    cells[columns[-1]] = [split] * len(batch.numbers)
                yield Batch(batch.numbers, cells)

    readers = {str(file): table.read_image for file, table in parts.items() if table.read_image}
    return RawTable(
        path,
        name,
        first.kind,
        columns,
        problems,
        batches,
        first.encoding if len({table.encoding for table in tables}) == 1 else None,
        {**first.details, "files": str(len(tables))},
        first.unit,
        (lambda reference: _read_image(reference, readers)) if readers else None,
    )


def split_of(file: PurePosixPath) -> str:
    """Return the split that a file's name or folder tells: train, validation or test; "" for none."""
    shard = _SHARD.fullmatch(stem(file))
    own = shard["name"] if shard else stem(file)
    names = [own, *(part.lower() for part in reversed(file.parts[:-1]))]
    return next((SPLITS[name] for name in names if name in SPLITS), "")


def _missing_shards(files: Sequence[PurePosixPath]) -> list[str]:
    found: dict[tuple[str, int], int] = {}
    for file in files:
        shard = _SHARD.fullmatch(stem(file))
        if shard:
            key = (str(file.with_name(shard["name"])), int(shard["count"]))
            found[key] = found.get(key, 0) + 1
    return [
        f"{name}: {count - here} of {count} files are missing"
        for (name, count), here in found.items()
        if here < count
    ]


def _read_image(reference: str, readers: Mapping[str, Callable[[str], bytes]]) -> bytes:
    place = reference.partition(":")[2]
    for file, read in readers.items():
        if place.startswith(f"{file}#"):
            return read(reference)
    raise ImageError(f"{reference}: no such file among {listed(list(readers))}")

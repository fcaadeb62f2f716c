"""Columns of a second table, added to the rows of the first that have the same key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from core.catalogue.sources.opening import open_table
from core.catalogue.sources.raw import Batch, RawTable, unique_names
from core.catalogue.values.identifiers import decide_identifiers
from core.catalogue.values.texts import tidy
from core.common.errors import CatalogueError


def join_table(raw: RawTable, file: Path, on: str | None) -> RawTable:
    """Return a table with the columns of another one.

    Parameters
    ----------
    raw
        The first table, which keeps its rows.
    file
        The second; of rows with the same key, the first counts.
    on
        The column with the key, in both tables; None takes the only column that both have.

    Raises
    ------
    CatalogueError
        If there is no such column, or no row of the second has a key of the first.
    """
    other = open_table(file)
    on_first, on_other = _key_columns(raw, other, on)
    added = [name for name in other.columns if name != on_other]
    names = unique_names([*raw.columns, *added])
    new = names[len(raw.columns) :]
    found = _rows_by_key(other, on_other, added)
    keys = decide_identifiers([cell for columns in _some(raw) for cell in columns[on_first]], on_first)
    if not any(keys.read(cell) in found for columns in raw.chunks() for cell in columns[on_first]):
        raise CatalogueError(f"{other.name}: no row has a value of {on_first!r} in {raw.name}")
    nothing = ("",) * len(added)

    def batches(rows: int) -> Iterator[Batch]:
        for batch in raw.batches(rows):
            matched = [found.get(key, nothing) for key in keys.read_column(batch.columns[on_first])]
            cells = zip(*matched, strict=True) if matched else ()
            yield Batch(
                batch.numbers,
                {**batch.columns, **{name: list(column) for name, column in zip(new, cells, strict=True)}},
            )

    details = {**raw.details, "joined": f"{other.name} on {on_first}"}
    return replace(raw, columns=names, batches=batches, details=details, joined=new)


def _key_columns(raw: RawTable, other: RawTable, on: str | None) -> tuple[str, str]:
    shared = [name for name in raw.columns if _named(name, other.columns) is not None]
    if on is not None:
        first, second = _named(on, raw.columns), _named(on, other.columns)
        for table, column in ((raw, first), (other, second)):
            if column is None:
                raise CatalogueError(f"{table.name}: no column {on!r} among {', '.join(table.columns)}")
        assert first is not None
        assert second is not None
        return first, second
    if len(shared) != 1:
        which = f"several columns ({', '.join(shared)})" if shared else "no column"
        raise CatalogueError(f"{raw.name} and {other.name} have {which} in common; name one with --on COLUMN")
    second = _named(shared[0], other.columns)
    assert second is not None
    return shared[0], second


def _named(wanted: str, columns: tuple[str, ...]) -> str | None:
    if wanted in columns:
        return wanted
    return next((each for each in columns if tidy(each).casefold() == tidy(wanted).casefold()), None)


def _rows_by_key(table: RawTable, on: str, added: list[str]) -> dict[str, tuple[str, ...]]:
    keys = decide_identifiers([cell for columns in _some(table) for cell in columns[on]], on)
    found: dict[str, tuple[str, ...]] = {}
    for columns in table.chunks():
        cells = zip(*(columns[name] for name in added), strict=True) if added else iter(())
        for key, row in zip(keys.read_column(columns[on]), cells, strict=False):
            if key:
                found.setdefault(key, row)
    return found


def _some(table: RawTable) -> Iterator[dict[str, list[str]]]:
    first = next(table.chunks(2048), None)
    if first is not None:
        yield first

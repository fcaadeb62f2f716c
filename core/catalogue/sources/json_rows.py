"""Elements of a JSON file as rows: objects are flattened, arrays are rows as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from core.catalogue.sources.cells import value_text
from core.catalogue.sources.encodings import BAD, REPLACEMENT
from core.catalogue.sources.json_scan import Damaged
from core.catalogue.sources.raw import BLANK, MENDED, SET_ASIDE, Block, Event
from core.common.errors import CatalogueError

NO_OBJECT = "not an object"
TOO_LONG = "more cells than the header has"

MOST_COLUMNS = 2000
"""Columns of a table; beyond, inner objects stay JSON."""

_DEEPEST = 20  # levels that are flattened
_BLOCK = 1024

Elements = Callable[[], Iterator[tuple[int, str, Any]]]
"""Yields number from 1, key and value of each element; None as a value for an empty line."""


@dataclass(frozen=True)
class Fields:
    """The columns of flattened objects: path of keys -> column; inner objects that stay whole, as JSON."""

    columns: dict[tuple[str, ...], int]
    whole: frozenset[tuple[str, ...]]


def survey_fields(elements: Elements, name: str) -> tuple[Fields, int, bool]:
    """Return the fields of all objects, how many elements are arrays, and whether elements have keys.

    Raises
    ------
    CatalogueError
        If there are more fields than a table of products has.
    """
    counts: dict[tuple[str, ...], None] = {}
    shapes: set[tuple[Any, ...]] = set()
    arrays, keyed = 0, False
    whole: set[tuple[str, ...]] = set()
    for _, key, value in elements():
        keyed = keyed or bool(key)
        arrays += isinstance(value, list)
        if not isinstance(value, dict):
            continue
        shape = tuple(value)
        flat = not any(isinstance(each, dict) for each in value.values())
        if flat and shape in shapes:
            continue
        if flat and len(shapes) < 10_000:
            shapes.add(shape)
        for path, _each in _leaves(value, (), whole):
            counts[path] = None
        while len(counts) > MOST_COLUMNS:
            counts, whole = _folded(counts, whole, name)
    return Fields({path: place for place, path in enumerate(counts)}, frozenset(whole)), arrays, keyed


def _folded(
    paths: dict[tuple[str, ...], None], whole: set[tuple[str, ...]], name: str
) -> tuple[dict[tuple[str, ...], None], set[tuple[str, ...]]]:
    """Fold the inner object with the most fields into one column; too many top fields are an error."""
    sizes: dict[tuple[str, ...], int] = {}
    for path in paths:
        for depth in range(1, len(path)):
            sizes[path[:depth]] = sizes.get(path[:depth], 0) + 1
    if not sizes:
        raise CatalogueError(
            f"{name}: more than {MOST_COLUMNS} different fields; this is no list of products"
        )
    largest = max(sizes, key=lambda path: (sizes[path], len(path)))
    kept = {path if path[: len(largest)] != largest else largest: None for path in paths}
    return kept, whole | {largest}


def _leaves(
    value: dict[str, Any], above: tuple[str, ...], whole: Iterable[tuple[str, ...]]
) -> Iterator[tuple[tuple[str, ...], Any]]:
    for key, inner in value.items():
        path = (*above, str(key))
        if isinstance(inner, dict) and path not in whole and len(path) < _DEEPEST:
            yield from _leaves(inner, path, whole)
        else:
            yield path, inner


def object_blocks(elements: Elements, fields: Fields, keyed: bool) -> Iterator[Block]:
    """Yield objects as rows, with their keys in front if they have some."""
    width = len(fields.columns)
    top = {path[0]: place for path, place in fields.columns.items() if len(path) == 1}
    source = elements()
    while part := list(islice(source, _BLOCK)):
        numbers: list[int] = []
        rows: list[list[str]] = []
        events: list[Event] = []
        for number, key, value in part:
            if value is None:
                events.append(Event(number, BLANK))
            elif isinstance(value, Damaged):
                events.append(Event(number, SET_ASIDE, value.reason))
            elif not isinstance(value, dict):
                events.append(Event(number, SET_ASIDE, NO_OBJECT))
            else:
                row = [""] * width
                for name, inner in value.items():
                    if isinstance(inner, str):
                        row[top[str(name)]] = inner
                    else:
                        for path, leaf in _leaves({name: inner}, (), fields.whole):
                            row[fields.columns[path]] = value_text(leaf)
                row = [key, *row] if keyed else row
                numbers.append(number)
                rows.append(_clean(row, number, events))
        yield Block(numbers, rows, events)


def _clean(row: list[str], number: int, events: list[Event]) -> list[str]:
    """Replace what is no text: bytes of no letter, and halves of letters that JSON can escape."""
    text = "".join(row)
    if text.isascii() and "\x00" not in text:
        return row
    if BAD in text:
        events.append(Event(number, MENDED, f"bytes that are not UTF-8, replaced by {REPLACEMENT}"))
    row = [cell.replace("\x00", "") for cell in row]
    return [cell.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for cell in row]


def array_blocks(elements: Elements, width: int, skipped: Sequence[Sequence[str]]) -> Iterator[Block]:
    """Yield arrays of cells as rows of `width` cells, without the rows `skipped`: titles and the header."""
    left = list(skipped)
    source = elements()
    while part := list(islice(source, _BLOCK)):
        numbers: list[int] = []
        rows: list[list[str]] = []
        events: list[Event] = []
        for number, _, value in part:
            cells = array_cells(value)
            if cells is not None and left and cells == left[0]:
                left.pop(0)
            elif cells is None or any(map(str.strip, cells[width:])):
                reason = (
                    value.reason if isinstance(value, Damaged) else NO_OBJECT if cells is None else TOO_LONG
                )
                events.append(Event(number, SET_ASIDE, reason))
            elif not any(map(str.strip, cells)):
                events.append(Event(number, BLANK))
            else:
                numbers.append(number)
                rows.append(_clean(cells[:width] + [""] * (width - len(cells)), number, events))
        yield Block(numbers, rows, events)


def array_cells(value: Any) -> list[str] | None:
    """Return the texts in an array, None if a value is none."""
    return [value_text(cell) for cell in value] if isinstance(value, list) else None

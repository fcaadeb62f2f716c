"""Find the header of a table: lines with titles may stand above it, or there is none at all.

Only the form of cells is looked at: a first row whose cells look like those below is no header.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from core.catalogue.sources.raw import unique_names

_MOST_TITLES = 20
_MOST_ROWS = 60  # that are compared with the first
_ALIKE = 0.8  # share of a column's cells that makes a kind of cell the column's
_LONG = 60  # letters that no column name has
_NUMBER = re.compile(r"[+-]?(?:[A-Z]{3}\s?|[$€£¥₹]\s?)?\d[\d.,'\u00a0\u202f ]*(?:\s?(?:%|[$€£¥₹]|[A-Z]{3}))?")
_WHOLE = re.compile(r"0|[1-9]\d{0,8}")
_KINDS = (
    ("number", _NUMBER),
    ("address", re.compile(r"(?:[a-z][a-z0-9+.-]{1,9}:)?//\S+|www\.\S+", re.IGNORECASE)),
    ("file", re.compile(r".*\.(?:jpe?g|jfif|png|gif|webp|bmp|tiff?|avif)", re.IGNORECASE)),
    ("date", re.compile(r"\d{4}-\d\d-\d\d.*|\d{1,2}[./]\d{1,2}[./]\d{2,4}.*")),
)


@dataclass(frozen=True)
class Header:
    """Where a table's rows begin.

    Attributes
    ----------
    names
        The columns' names, unique.
    row
        The position of the header among the rows looked at; None if there is none.
    first
        The position of the first row below it.
    """

    names: tuple[str, ...]
    row: int | None
    first: int


def find_header(rows: Sequence[Sequence[str]], width: int) -> Header:
    """Find the header among the first rows of a table.

    Parameters
    ----------
    rows
        At least one row, none empty; they may differ in length.
    width
        Cells of a usual row.
    """
    row = _below_titles(rows, width)
    below = [other for other in rows[row + 1 : row + 1 + _MOST_ROWS] if list(other) != list(rows[row])]
    if below and _looks_like_data(rows[row], below):
        return Header(unique_names([""] * max(width, len(rows[row]))), None, row)
    names = list(rows[row])
    if len(names) == width - 1 and below and _counts([other[0] for other in below]):
        names = ["", *names]  # numbers of rows, whose column has no name
    names += [""] * (width - len(names))
    return Header(unique_names(names), row, row + 1)


def _below_titles(rows: Sequence[Sequence[str]], width: int) -> int:
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows]
    usual = min(width, median(filled))
    for place, (row, cells) in enumerate(zip(rows[:_MOST_TITLES], filled, strict=False)):
        title = cells <= usual / 2 or (len(row) < width - 1 and cells < usual)
        if not title:
            return place
    return 0


def _looks_like_data(first: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    data = header = 0
    counting = _numbers_in_order(first)
    for place, cell in enumerate(first):
        cell = cell.strip()
        cells = [row[place].strip() for row in below if len(row) > place and row[place].strip()]
        if not cell or not cells:
            continue
        usual = _usual_kind(cells)
        kind = _kind(cell)
        if kind is None:
            header += usual is not None
            data += 2 * ((cell in cells and len(cell) > 1) or len(cell) > _LONG)
        elif kind == usual and not (kind == "number" and counting):
            plain = kind == "number" and _WHOLE.fullmatch(cell) and not _counts([cell, *cells])
            data += 1 if plain else 2
    return data >= 2 and data > header


def _kind(cell: str) -> str | None:
    return next((kind for kind, form in _KINDS if form.fullmatch(cell)), None)


def _usual_kind(cells: Sequence[str]) -> str | None:
    kinds = [_kind(cell) for cell in cells]
    kind = max(set(kinds), key=kinds.count)
    return kind if kinds.count(kind) >= _ALIKE * len(kinds) else None


def _counts(cells: Sequence[str]) -> bool:
    """Whether cells are whole numbers, each one more than the one before."""
    if len(cells) < 2 or not all(_WHOLE.fullmatch(cell.strip()) for cell in cells):
        return False
    return all(int(after) - int(before) == 1 for before, after in pairwise(cells))


def _numbers_in_order(first: Sequence[str]) -> bool:
    """Whether the numbers in a row are names of columns in order: sizes, years."""
    numbers = [cell.strip() for cell in first if _WHOLE.fullmatch(cell.strip())]
    return _counts(numbers)

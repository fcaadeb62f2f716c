"""Write a delimited text back: rows get cells, and what is no row stays as it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice, pairwise
from pathlib import Path
from typing import TextIO

from core.catalogue.sources.delimited import Layout, read_blocks
from core.catalogue.sources.dialects import NONE
from core.catalogue.sources.encodings import BAD, REPLACEMENT
from core.catalogue.sources.quoting import Dialect
from core.catalogue.writing.changes import Changes, text_of
from core.common.spreadsheet import safe_text

_PIECE = 1 << 20
_END = 1 << 62


def write_delimited(layout: Layout, added: Sequence[str], changes: Changes, out: Path) -> bool:
    """Write a table with its delimiter, quotes, encoding and line ends.

    Titles, empty lines and rows that could not be read stay as they are. Cells that a spreadsheet would run
    get an apostrophe, which our readers take away.

    Parameters
    ----------
    layout
        How the file is laid out.
    added
        The names of columns to add at the right.
    changes
        What changes, for each row that the file's reader yields.
    out
        The file.

    Returns
    -------
    bool
        Whether the encoding has all letters; if not, the file is UTF-8.
    """
    with out.open("w", encoding="utf-8", newline="") as target:
        for part in _parts(layout, added, changes):
            target.write(part)
    return _encoded(out, layout.text.encoding)


def _parts(layout: Layout, added: Sequence[str], changes: Changes) -> Iterator[str]:
    with layout.text.open() as file:
        lines = (line.replace(BAD, REPLACEMENT) for line in file)
        start = layout.first_line if layout.header_line is None else layout.header_line
        yield from islice(lines, start - 1)
        first = next(lines, "")
        end = next((mark for mark in ("\r\n", "\r", "\n") if first.endswith(mark)), "\n")
        form = _Form(layout.dialect, end, quotes_all=_quotes_all(first, layout.dialect))
        yield from _rows(layout, form, added, changes, chain([first], lines), start)


def _rows(
    layout: Layout, form: _Form, added: Sequence[str], changes: Changes, lines: Iterator[str], start: int
) -> Iterator[str]:
    places = {name: place for place, name in enumerate(layout.names)}
    for (number, cells), (after, _) in pairwise(_records(layout)):
        own = list(islice(lines, after - number))
        if cells is None:
            yield from own
        elif number == layout.header_line:
            yield form.row([*cells, *added])
        else:
            _, change = next(changes)
            row = list(cells)
            for name, cell in change.replaced.items():
                row[places[name]] = cell
            yield form.row([*row, *map(text_of, change.added)])


def _records(layout: Layout) -> Iterator[tuple[int, Sequence[str] | None]]:
    """Yield line and cells of the header and each row, None for the cells of what is none; at last the end.

    What begins in a line goes on up to the next one's.
    """
    if layout.header_line is not None:
        yield layout.header_line, _header(layout)
    for block in read_blocks(layout):
        rows = dict(zip(block.numbers, block.rows, strict=True))
        for number in sorted({*rows, *(event.number for event in block.events)}):
            yield number, rows.get(number)
    yield _END, None


def _header(layout: Layout) -> list[str]:
    """Return the header as wide as the rows, unless it lacks the name of the first column alone."""
    header = list(layout.header or ())
    missing = len(layout.names) - len(header)
    if missing == 1 and header and layout.names[1] == " ".join(header[0].split()):
        return header
    return header + [""] * missing


class _Form:
    """Writes rows as the file's own are written.

    Parameters
    ----------
    dialect, end
        How cells are separated and quoted, and what ends a row.
    quotes_all
        Whether every cell is quoted.
    """

    def __init__(self, dialect: Dialect, end: str, *, quotes_all: bool) -> None:
        self._dialect, self._end, self._quotes_all = dialect, end, quotes_all
        self._delimiter = "," if dialect.delimiter == NONE else dialect.delimiter
        self._special = re.compile(f"[{re.escape(self._delimiter + dialect.quote)}\r\n]|^\\s|\\s$")

    def row(self, cells: Sequence[str]) -> str:
        """Return a row with its end."""
        line = self._delimiter.join(map(self._cell, cells))
        # A row of one empty cell would be an empty line.
        return (line or self._dialect.quote * 2) + self._end

    def _cell(self, cell: str) -> str:
        cell = safe_text(cell)
        quote, escape = self._dialect.quote, self._dialect.escape
        if not self._quotes_all and not self._special.search(cell) and not (escape and escape in cell):
            return cell
        if escape:
            inside = cell.replace(escape, escape * 2).replace(quote, escape + quote)
        else:
            inside = cell.replace(quote, quote * 2)
        return f"{quote}{inside}{quote}"


def _quotes_all(line: str, dialect: Dialect) -> bool:
    cells = line.rstrip("\r\n").split(dialect.delimiter)
    return all(len(cell) > 1 and cell[0] == cell[-1] == dialect.quote for cell in cells)


def _encoded(file: Path, encoding: str) -> bool:
    """Give a UTF-8 file another encoding; return whether that has all its letters."""
    if encoding in ("utf-8", "ascii"):
        return True
    other = file.with_name(f"{file.name}.encoded")
    try:
        with file.open(encoding="utf-8", newline="") as source:
            _copy(source, other, encoding)
    except UnicodeEncodeError:
        other.unlink()
        return False
    other.replace(file)
    return True


def _copy(source: TextIO, other: Path, encoding: str) -> None:
    with other.open("w", encoding=encoding, newline="") as target:
        while piece := source.read(_PIECE):
            target.write(piece)

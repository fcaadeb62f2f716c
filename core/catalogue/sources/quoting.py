"""The grammar of one row of delimited text: cells, quotes, and quotes that are only letters.

A cell is quoted if it begins with a quote that another one closes: one before a delimiter or the end of a
line. All other quotes are letters, such as inches. A quoted cell may go on over several lines, but not where
these lines are whole rows by themselves: there, two stray quotes would swallow the rows between them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.catalogue.sources.lines import Lines, bare

if TYPE_CHECKING:
    from _csv import Reader

MOST_LINES = 2000
"""Lines a quoted cell may take."""

MOST_LETTERS = 1 << 22
"""Letters a quoted cell may take."""

_LOOKED_AT = 32  # lines that decide whether a cell over several lines is one

csv.field_size_limit(2**31 - 1)  # the csv module's own limit is 131,072 letters


@dataclass(frozen=True)
class Dialect:
    """How rows are written.

    Attributes
    ----------
    delimiter, quote
        One letter each.
    escape
        A backslash where one stands before quotes inside of quoted cells, else "".
    spaced
        Whether spaces between a delimiter and the cell behind it are no part of the cell.
    """

    delimiter: str
    quote: str = '"'
    escape: str = ""
    spaced: bool = False

    def reader(self, lines: Iterable[str]) -> Reader:
        """Return the csv module's reader, which raises `csv.Error` for all that is against the rules."""
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quote,
            escapechar=self.escape or None,
            skipinitialspace=self.spaced,
            strict=True,
        )


@dataclass(frozen=True)
class Record:
    """A row of a text.

    Attributes
    ----------
    cells, lines
        Its cells, and how many lines they take.
    stray
        Whether it has quotes that are letters, against the rules.
    closed
        Whether every quote that opens a cell is closed in the same line.
    """

    cells: list[str]
    lines: int
    stray: bool
    closed: bool = True


class Grammar:
    """Reads rows of a dialect one by one, whatever they look like.

    Parameters
    ----------
    dialect
        How rows are written.
    width
        Cells of a row; None while that is not known.
    """

    def __init__(self, dialect: Dialect, width: int | None = None) -> None:
        self.dialect = dialect
        self.width = width
        self._searched = (0, 0)  # lines between which no quote closes a cell that began before

    def record(self, lines: Lines) -> Record:
        """Return the next row without taking its lines; there must be a next line."""
        first = lines.line(0)
        assert first is not None
        alone = self.alone(first)
        if alone.closed:
            return alone
        return self._over_lines(lines, alone) or alone

    def alone(self, line: str) -> Record:
        """Return the row in a line that is a row by itself."""
        text = bare(line)
        plain = self._by_the_rules(line)
        if plain is not None:
            if len(plain) != self.width and self.dialect.delimiter == "\t" and self.dialect.quote in text:
                cells = text.split("\t")  # hardly anything quotes a tab; quotes are inches
                if len(cells) == self.width:
                    return Record(cells, 1, True)
            return Record(plain, 1, False)
        cells, opened = self._cells(text)
        closed = opened is None
        if len(cells) != self.width and self.width is not None:
            # Quotes that are not doubled inside of a quoted cell, or that are letters everywhere.
            for other in (self._cells(text, doubled=False)[0], text.split(self.dialect.delimiter)):
                if len(other) == self.width:
                    return Record(other, 1, True, closed)
        stray = self.dialect.quote in text and not (closed and self.dialect.escape)
        return Record(cells, 1, stray, closed)

    def _by_the_rules(self, line: str) -> list[str] | None:
        if self.dialect.escape and self.dialect.escape in line:
            return None
        try:
            rows = list(self.dialect.reader([line]))
        except csv.Error:
            return None
        return rows[0] if len(rows) == 1 else None

    def _over_lines(self, lines: Lines, alone: Record) -> Record | None:
        """Return the row that goes on over the next lines, None if the first line is a row by itself."""
        text = lines.line(0) or ""
        cells: list[str] = []
        used = 0
        while True:
            found, opened = self._cells(bare(text))
            if opened is None:
                cells += found
                break
            cells += found[: opened[0]]
            closing = self._next_closing(lines, used)
            if closing is None:
                return None
            body = [text[opened[1] :], *(lines.line(line) or "" for line in range(used + 1, closing))]
            text, used = lines.line(closing) or "", closing
            end = self._close(bare(text), 0)
            cells.append(self._unquoted("".join(body) + text[:end]))
            text = text[end + 1 :].lstrip(" ") if self.dialect.delimiter != " " else text[end + 1 :]
            if not bare(text):
                break
            text = text[1:]  # behind the delimiter
        taken = [lines.line(line) or "" for line in range(used + 1)]
        if not self.believable(taken):
            return None
        if self.width not in (None, len(cells)) and (
            len(alone.cells) == self.width or 2 * sum(map(self._is_row, taken[:_LOOKED_AT])) >= len(taken)
        ):
            return None
        return Record(cells, used + 1, False)

    def believable(self, taken: Sequence[str]) -> bool:
        """Whether a row over several lines is one: unless these lines are rows by themselves."""
        if self.width is None:
            return True
        looked_at = [*taken[: _LOOKED_AT - 1], *taken[_LOOKED_AT - 1 :][-1:]]
        short = len(looked_at) < 5
        others = sum(not self._is_row(line) for line in looked_at[1:])
        if others > 0.2 * len(looked_at) and (short or others > 1):
            return True  # whatever the first line is, which takes longest to tell
        if self._is_row(taken[0]):
            return others > 0.2 * len(looked_at)
        return short or others > 1  # the last one is cut off, too

    def _is_row(self, line: str) -> bool:
        if self.width is not None and line.count(self.dialect.delimiter) < self.width - 1:
            return False
        return len(self.alone(line).cells) == self.width

    def _next_closing(self, lines: Lines, used: int) -> int | None:
        """Return how many lines ahead the next quote closes a cell, looking only after line `used`."""
        here = lines.number + used
        start, end = self._searched
        if not start <= here < end:  # else no quote closes between here and `end`
            start, end = here, here + 1
        letters = 0
        while end <= here + MOST_LINES and letters < MOST_LETTERS:
            line = lines.line(end - lines.number)
            if line is None:
                break
            if self._close(bare(line), 0) >= 0:
                self._searched = (start, end)
                return end - lines.number
            letters += len(line)
            end += 1
        self._searched = (start, end)
        return None

    def _cells(self, text: str, doubled: bool = True) -> tuple[list[str], tuple[int, int] | None]:
        """Return the cells of a text, and the cell and place where a quote opens that nothing closes."""
        cells: list[str] = []
        opened: tuple[int, int] | None = None
        at = 0
        while True:
            start = at
            while self.dialect.spaced and text.startswith(" ", start):
                start += 1
            end = -1
            if text.startswith(self.dialect.quote, start):
                close = self._close(text, start + 1, doubled)
                if close >= 0:
                    cells.append(self._unquoted(text[start + 1 : close]))
                    end = close + 1
                    while text.startswith(" ", end) and not text.startswith(self.dialect.delimiter, end):
                        end += 1
                elif opened is None:
                    opened = (len(cells), start + 1)
            if end < 0:
                end = self._delimiter(text, start)
                cells.append(self._unescaped(text[start:end]))
            if end >= len(text):
                return cells, opened
            at = end + 1

    def _close(self, text: str, at: int, doubled: bool = True) -> int:
        """Return the place of the quote that closes a cell whose letters begin at `at`, -1 if none does."""
        quote, escape = self.dialect.quote, self.dialect.escape
        while (at := text.find(quote, at)) >= 0:
            if escape and (at - len(text[:at].rstrip(escape))) % 2:
                at += 1
                continue
            if doubled and text.startswith(quote, at + 1):
                at += 2
                continue
            rest = at + 1
            while text.startswith(" ", rest) and not text.startswith(self.dialect.delimiter, rest):
                rest += 1
            if rest >= len(text) or text.startswith(self.dialect.delimiter, rest):
                return at
            at += 1
        return -1

    def _delimiter(self, text: str, at: int) -> int:
        delimiter, escape = self.dialect.delimiter, self.dialect.escape
        while (at := text.find(delimiter, at)) >= 0:
            if not escape or not (at - len(text[:at].rstrip(escape))) % 2:
                return at
            at += 1
        return len(text)

    def _unquoted(self, text: str) -> str:
        quote = self.dialect.quote
        return self._unescaped(text.replace(quote + quote, quote))

    def _unescaped(self, text: str) -> str:
        escape = self.dialect.escape
        if not escape or escape not in text:
            return text
        # A backslash before any other letter is a backslash, as in a path.
        parts = text.split(escape + escape)
        for letter in (self.dialect.quote, self.dialect.delimiter):
            parts = [part.replace(escape + letter, letter) for part in parts]
        return escape.join(parts)

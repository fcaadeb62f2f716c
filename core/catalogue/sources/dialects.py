"""Recognise delimiter, quotes and escapes of delimited text on many of its rows."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from core.catalogue.sources.lines import Lines
from core.catalogue.sources.quoting import Dialect, Grammar, Record

DELIMITERS = {
    ",": "comma",
    ";": "semicolon",
    "\t": "tab",
    "|": "bar",
    "~": "tilde",
    "^": "caret",
    "\x01": "control A",
    "\x1f": "unit separator",
}
"""Delimiters that are recognised, and what they are called."""

NONE = "\x1e"
"""The delimiter of a table of one column: a letter that does not occur."""

_RECORDS = 300  # rows that decide
_TITLE = 0.9  # what a line above the first whole row costs
_NARROW = 0.35  # that rows have as many cells is the less likely by chance, the more these are
_EQUAL = 0.02  # scores no further apart than this are equal: more columns win
_SEP = re.compile(r'\s*"?sep=(.)"?[;,\s]*', re.IGNORECASE)


def sep_line(line: str) -> str | None:
    """Return the delimiter that a first line ``sep=;`` names, None if it is no such line."""
    match = _SEP.fullmatch(line.rstrip("\r\n"))
    return match[1] if match else None


def recognise_dialect(lines: Sequence[str], delimiter: str | None = None) -> Dialect:
    """Return how the rows in a sample of lines are written.

    The delimiter is the one that cuts most rows into equally many cells; among equals, that with more cells.

    Parameters
    ----------
    lines
        Whole lines with their ends.
    delimiter
        The delimiter where the file names it.
    """
    text = "".join(lines)
    if delimiter is not None:
        return _with_quotes(text, lines, delimiter)
    best, best_score, best_width = Dialect(NONE), 0.0, 1
    for candidate in DELIMITERS:
        if candidate not in text:
            continue
        dialect = _with_quotes(text, lines, candidate)
        widths = [len(record.cells) for _, record in sample_records(lines, dialect, limit=_RECORDS)]
        score, width = _score(widths)
        if score > best_score + _EQUAL or (score > best_score - _EQUAL and width > best_width):
            best, best_score, best_width = dialect, score, width
    return best


def sample_records(
    lines: Sequence[str], dialect: Dialect, *, width: int | None = None, limit: int
) -> Iterator[tuple[int, Record]]:
    """Yield the rows of a sample that are not empty, each with the number of its first line, from 0."""
    rows = _rows_by_the_rules(lines[:limit], dialect)
    if rows is not None and all(len(row) == width for row in rows if width is not None):
        for number, row in enumerate(rows):
            if any(cell.strip() for cell in row):
                yield number, Record(row, 1, stray=False)
        return
    ahead = Lines(io.StringIO("".join(lines), newline=_newline(lines)), 0)
    grammar = Grammar(dialect, width)
    while limit and ahead.line(0) is not None:
        record = grammar.record(ahead)
        number = ahead.number
        ahead.take(record.lines)
        if any(cell.strip() for cell in record.cells):
            yield number, record
            limit -= 1


def usual_width(widths: Sequence[int]) -> int:
    """Return the most frequent number of cells above one; the larger of equals; 1 if there is none."""
    counts = Counter(width for width in widths if width > 1)
    return max(counts, key=lambda width: (counts[width], width), default=1)


def _rows_by_the_rules(lines: Sequence[str], dialect: Dialect) -> list[list[str]] | None:
    """Return the rows if each line is one, by the rules; this is much faster."""
    if dialect.escape and any(dialect.escape in line for line in lines):
        return None
    try:
        rows = list(dialect.reader(lines))
    except csv.Error:
        return None
    return rows if len(rows) == len(lines) else None


def _newline(lines: Sequence[str]) -> str:
    return "\n" if any(line.endswith("\n") for line in lines) else "\r"


def _score(widths: Sequence[int]) -> tuple[float, int]:
    """Return how well rows fit together, 0 to 1, and the number of their cells."""
    if not widths:
        return 0.0, 1
    scores = []
    for width in {usual_width(widths), widths[0]} - {1}:
        titles = widths.index(width)
        rows = widths[titles:]
        if titles > min(10, len(rows)):
            continue
        fit = sum(1.0 if each == width else 0.4 if each > width else 0.2 if each > 1 else 0 for each in rows)
        scores.append((fit / len(rows) * _TITLE**titles * (1 - _NARROW / width), width))
    score, width = max(scores, default=(0.0, 1))
    return (score, width) if score > 0.3 or widths[0] > 1 else (0.0, 1)


def _with_quotes(text: str, lines: Sequence[str], delimiter: str) -> Dialect:
    mark = re.escape(delimiter)
    start, end = f"(?:^|{mark})", f"(?={mark}|[\\r\\n]|\\Z)"
    quote = '"'
    if not re.search(f'{start} *"', text, re.MULTILINE):
        quoted = re.findall(f"{start} *'[^'\\r\\n]*'{end}", text, re.MULTILINE)
        if len(quoted) > max(1, len(lines) // 2):
            quote = "'"
    escaped = len(re.findall(f"\\\\{quote}(?! *(?:{mark}|[\\r\\n]|\\Z))", text))
    empty = len(re.findall(f"{start} *{quote}{quote}{end}", text, re.MULTILINE))
    doubled = text.count(quote + quote) - empty
    spaced = len(re.findall(f"{mark} +{quote}", text))
    return Dialect(
        delimiter,
        quote,
        escape="\\" if escaped > 0 and escaped >= doubled else "",
        spaced=spaced > 0 and spaced >= text.count(delimiter + quote),
    )

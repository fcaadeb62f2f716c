"""Delimited text: CSV, TSV and their relatives, read in blocks; no row is lost that is not counted.

Blocks of rows that keep the rules are read by the csv module. Where it objects, or a row has other cells
than the header, that row is read by `quoting.Grammar`, which reads any; both give the same.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from core.catalogue.sources.dialects import (
    DELIMITERS,
    NONE,
    recognise_dialect,
    sample_records,
    sep_line,
    usual_width,
)
from core.catalogue.sources.encodings import BAD, REPLACEMENT, TextFile
from core.catalogue.sources.headers import find_header
from core.catalogue.sources.lines import Lines
from core.catalogue.sources.quoting import Dialect, Grammar
from core.catalogue.sources.raw import (
    BLANK,
    MENDED,
    REPEATED,
    SET_ASIDE,
    Block,
    Event,
    RawTable,
    unique_names,
)
from core.catalogue.sources.source import Source, check_width
from core.common.errors import CatalogueError
from core.common.spreadsheet import own_text

TOO_LONG = "more cells than the header has"
TOO_SHORT = "fewer cells than the header has, filled with empty ones"
JOINED = "more cells than the header has, which belong to the last column"
STRAY = "a stray quote, read as a letter"
NUL = "NUL characters, removed"

_MANY, _SOME = 2048, 256  # lines that are read at once
_LONE_BACKSLASH = re.compile(r'\\(?!["\\])')
_SAMPLE_LINES, _SAMPLE_LETTERS = 1000, 1 << 19
_LOOSE = 300  # rows that decide how many cells a row has
_LONGEST_LINE = 1 << 26  # bytes


@dataclass(frozen=True)
class Layout:
    """How a delimited file is laid out.

    Attributes
    ----------
    text, dialect, names
        How it is encoded, how its rows are written, and its columns.
    header, header_line
        The header's cells as they stand, and the number of its line, from 1; None if there is none.
    first_line
        The number of the line where the rows begin, from 1.
    needed
        Cells that a row has to have; a row without the others lost nothing, as other rows leave them empty.
    joiner
        What joins surplus cells to the last column, if it holds free text; None if they are a fault.
    """

    text: TextFile
    dialect: Dialect
    names: tuple[str, ...]
    header: list[str] | None
    header_line: int | None
    first_line: int
    needed: int
    joiner: str | None


def read_delimited(source: Source, text: TextFile) -> RawTable:
    """Read a delimited text file.

    Raises
    ------
    CatalogueError
        If it is empty, no text, or has a header but no rows.
    """
    source.without_sheets()
    layout = find_layout(text)
    if text.guessed:
        source.note(f"read as {text.encoding}, recognised by its letters; --encoding names another")
    if layout.header is None:
        source.note("the table has no header; its columns are numbered")
    details = {
        "delimiter": DELIMITERS.get(layout.dialect.delimiter, repr(layout.dialect.delimiter)),
        "quote": layout.dialect.quote,
        "header": f"line {layout.header_line}" if layout.header_line else "none",
    }
    if layout.dialect.delimiter == NONE:
        details["delimiter"] = "none"
    if layout.dialect.escape:
        details["escape"] = "backslash"
    if layout.joiner is not None:
        details["last column"] = "free text, may hold delimiters"
    return source.table(
        "delimited",
        layout.names,
        lambda: read_blocks(layout),
        unit="line",
        encoding=text.encoding,
        details=details,
        origin=layout,
    )


def find_layout(text: TextFile) -> Layout:
    """Recognise the layout of a text on its first lines.

    Raises
    ------
    CatalogueError
        If it has a header but no rows, a line is too long for a table, or the rows do not fit the header.
    """
    if text.longest > _LONGEST_LINE:
        raise CatalogueError(f"{text.name}: a line is longer than {_LONGEST_LINE >> 20} MB; this is no table")
    lines, whole = first_lines(text)
    start = next((place for place, line in enumerate(lines) if line.strip()), 0)
    delimiter = sep_line(lines[start]) if lines else None
    start += delimiter is not None
    lines = lines[start:]
    dialect = recognise_dialect(lines, delimiter)
    loose = [record for _, record in sample_records(lines, dialect, limit=_LOOSE)]
    width = usual_width([len(record.cells) for record in loose])
    check_width(text.name, width)
    records = list(sample_records(lines, dialect, width=width, limit=_SAMPLE_LINES))
    if not whole and len(records) > 2:
        records.pop()  # it may go on
    rows = [record.cells for _, record in records]
    if not rows:
        raise CatalogueError(f"{text.name}: the file is empty")
    header = find_header(rows, width)
    if header.first >= len(rows):
        raise CatalogueError(f"{text.name}: it has a header but no rows")
    below = rows[header.first :]
    width = len(header.names)
    joiner = dialect.delimiter if _ends_with_free_text(below, width, dialect) else None
    if joiner is None and 2 * sum(any(cell.strip() for cell in row[width:]) for row in below) > len(below):
        raise CatalogueError(
            f"{text.name}: no table: most rows have more cells than the first, which has {width}"
        )
    return Layout(
        text,
        dialect,
        unique_names(map(own_text, header.names)),
        None if header.row is None else rows[header.row],
        None if header.row is None else start + records[header.row][0] + 1,
        start + records[header.first][0] + 1,
        _needed(below, width),
        joiner,
    )


def first_lines(text: TextFile) -> tuple[list[str], bool]:
    """Return the first lines of a text, and whether these are all."""
    lines: list[str] = []
    letters = 0
    with text.open() as file:
        for line in file:
            lines.append(line.replace(BAD, REPLACEMENT))
            letters += len(line)
            if letters > _SAMPLE_LETTERS or len(lines) >= _SAMPLE_LINES:
                return lines, not file.readline()
    return lines, True


def read_blocks(layout: Layout) -> Iterator[Block]:
    """Yield the rows of a text below its header, without the apostrophes that make cells safe."""
    return map(_own_cells, _blocks(layout))


def _own_cells(block: Block) -> Block:
    # One look at all cells, as hardly any begins with an apostrophe.
    if "\x00'" not in "\x00" + "\x00".join(map("\x00".join, block.rows)):
        return block
    return replace(block, rows=[list(map(own_text, row)) for row in block.rows])


def _blocks(layout: Layout) -> Iterator[Block]:
    with layout.text.open() as file:
        next(islice(file, layout.first_line - 1, layout.first_line - 1), None)
        lines = Lines(file, layout.first_line)
        grammar = Grammar(layout.dialect, len(layout.names))
        clean = True  # so far
        while ahead := lines.ahead(_MANY if clean else _SOME):
            rows = _read_clean(ahead, layout) if clean else None
            if rows is not None:
                yield Block(range(lines.number, lines.number + len(ahead)), rows)
                lines.take(len(ahead))
                continue
            block, used = _read_regular(ahead, lines.number, grammar, layout)
            lines.take(used)
            yield block
            clean = len(block.rows) == len(ahead)
            if used < len(ahead):
                yield _read_one(lines, grammar, layout)


def _is_plain(lines: list[str], layout: Layout) -> bool:
    """Whether there is nothing to mend in these lines but, perhaps, their quotes."""
    if layout.text.nul and any("\x00" in line for line in lines):
        return False
    if layout.text.bad and any(BAD in line for line in lines):
        return False
    if not layout.dialect.escape:
        return True
    # The csv module leaves out a backslash before any letter.
    return layout.dialect.quote == '"' and not any(_LONE_BACKSLASH.search(line) for line in lines)


def _read_clean(lines: list[str], layout: Layout) -> list[list[str]] | None:
    """Return the rows in these lines if each is a row by the rules, with nothing to mend; else None."""
    if not _is_plain(lines, layout):
        return None
    try:
        rows = list(layout.dialect.reader(lines))
    except csv.Error:
        return None
    if len(rows) != len(lines) or set(map(len, rows)) != {len(layout.names)} or not all(map(any, rows)):
        return None
    return None if layout.header in rows else rows


def _read_regular(lines: list[str], first: int, grammar: Grammar, layout: Layout) -> tuple[Block, int]:
    """Read rows that keep the rules, up to one that does not; return how many lines they take, too."""
    width, used = len(layout.names), 0
    numbers: list[int] = []
    rows: list[list[str]] = []
    reader = layout.dialect.reader(lines)
    try:
        for row in reader:
            taken = lines[used : reader.line_num]
            if len(row) != width or not any(row) or row == layout.header or not _is_plain(taken, layout):
                break
            if len(taken) > 1 and (len(taken) > _SOME or not grammar.believable(taken)):
                break
            numbers.append(first + used)
            rows.append(row)
            used = reader.line_num
    except csv.Error:
        pass  # the next row is against the rules, or goes on behind these lines
    return Block(numbers, rows), used


def _read_one(lines: Lines, grammar: Grammar, layout: Layout) -> Block:
    """Read the next row, whatever it looks like."""
    record = grammar.record(lines)
    number = lines.number
    lines.take(record.lines)
    row, fate, reason = _fitted(record.cells, layout)
    if row is None:
        return Block([], [], [Event(number, fate, reason)])
    row, repaired = _repaired(row, layout.text)
    reasons = [STRAY] * record.stray + [reason] * bool(reason) + repaired
    return Block([number], [row], [Event(number, MENDED, each) for each in reasons])


def _fitted(cells: list[str], layout: Layout) -> tuple[list[str] | None, str, str]:
    """Return a row as wide as the header, or None and why; the reason is "" if nothing was lost."""
    width = len(layout.names)
    if not any(cells) or (len(cells) == 1 < width and not cells[0].strip()):
        return None, BLANK, ""
    if cells == layout.header:
        return None, SET_ASIDE, REPEATED
    if len(cells) == width:
        return cells, "", ""
    if len(cells) < width:
        reason = TOO_SHORT if len(cells) < layout.needed else ""
        return cells + [""] * (width - len(cells)), MENDED, reason
    if not any(cell.strip() for cell in cells[width:]):
        return cells[:width], "", ""
    if layout.joiner is None:
        return None, SET_ASIDE, TOO_LONG
    return [*cells[: width - 1], layout.joiner.join(cells[width - 1 :])], MENDED, JOINED


def _repaired(row: list[str], text: TextFile) -> tuple[list[str], list[str]]:
    reasons = []
    if any(BAD in cell for cell in row):
        row = [cell.replace(BAD, REPLACEMENT) for cell in row]
        reasons.append(f"bytes that are not {text.encoding}, replaced by {REPLACEMENT}")
    if any("\x00" in cell for cell in row):
        row = [cell.replace("\x00", "") for cell in row]
        reasons.append(NUL)
    return row, reasons


def _needed(rows: Sequence[Sequence[str]], width: int) -> int:
    """Return how many cells a row has to have: the others are empty in some row that has all cells."""
    filled = [
        len(row) - next((n for n, cell in enumerate(reversed(row)) if cell.strip()), len(row)) for row in rows
    ]
    return min((cells for row, cells in zip(rows, filled, strict=True) if len(row) == width), default=width)


def _ends_with_free_text(rows: Sequence[Sequence[str]], width: int, dialect: Dialect) -> bool:
    """Whether the last column holds sentences, all different, that nobody has quoted for their delimiters."""
    if width < 2 or dialect.delimiter == "\t":
        return False
    cells = [row[-1] for row in rows if len(row) == width and row[-1].strip()]
    long = sum(len(row) > width for row in rows)
    if len(cells) < 3 or long > len(cells) or any(dialect.delimiter in cell for cell in cells):
        return False
    words = sum(len(cell.split()) for cell in cells) / len(cells)
    return words >= 2.5 and len(set(cells)) >= len(cells) / 2

"""Excel and OpenDocument workbooks: xlsx, xlsm, xls, ods."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.catalogue.sources.cells import date_text, number_text
from core.catalogue.sources.compound import check_compound
from core.catalogue.sources.compressed import DAMAGED, check_zip_sizes, open_zip
from core.catalogue.sources.headers import Header, find_header
from core.catalogue.sources.raw import BLANK, REPEATED, SET_ASIDE, Block, Event, RawTable
from core.catalogue.sources.source import Source, one_line
from core.common.errors import CatalogueError

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

MOST_CELLS = 60_000_000
"""Cells between the first and the last one of a sheet: the library holds them all, empty ones too."""

_BLOCK = 2048
_SAMPLE = 300
_ROW = re.compile(rb"<(?:\w+:)?row\s[^>]*?\br=[\"'](\d+)")
_FAR_CELL = re.compile(rb"\sr=[\"']([A-Z]{2,3})(\d+)[\"']")  # beyond column Z
_REPEATED = re.compile(
    rb"<table:table-(cell|row)\b([^>]*?)table:number-(?:columns|rows)-repeated=\"(\d+)\"([^>]*)>"
)


@dataclass(frozen=True)
class SheetOrigin:
    """Where a table stands in a workbook.

    Attributes
    ----------
    file, sheet
        The workbook and the name of the sheet.
    left
        The first column, from 0.
    header
        The row of the header, from 1; None without one.
    columns
        Their names, from the first.
    """

    file: Path
    sheet: str
    left: int
    header: int | None
    columns: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Sheet:
    """A sheet of a workbook; positions count from 0 at the sheet's first row and first filled column."""

    name: str
    sheet: CalamineSheet

    def rows(self) -> Iterator[list[str]]:
        """Yield the rows as texts, from the sheet's first; a cell merged with the one above repeats it."""
        if not self.sheet.height:
            return
        above: list[str] = []
        for number, values in enumerate(self.sheet.iter_rows()):
            row = [cell_text(value) for value in values]
            whole = list(row)
            for column in self._merged.get(number, ()):
                whole[column] = above[column]
            above = whole
            yield whole if any(row) else row

    @cached_property
    def sample(self) -> list[tuple[int, list[str]]]:
        """The first rows that are not empty, with their positions."""
        filled = ((place, row) for place, row in enumerate(self.rows()) if any(map(str.strip, row)))
        return list(islice(filled, _SAMPLE))

    @cached_property
    def header(self) -> Header | None:
        """Where the table begins, as a position in `sample`; None if the sheet is empty."""
        rows = [row for _, row in self.sample]
        if not rows:
            return None
        width = max(len(row) - _empty_end(row) for row in rows)
        return find_header([row[:width] for row in rows], width)

    @property
    def looks_like_table(self) -> bool:
        """Whether it has a header of several names, and rows that fill a good part of it."""
        if self.header is None or self.header.first >= len(self.sample):
            return False
        below = [row for _, row in self.sample[self.header.first :]]
        names = self.names
        filled = sum(bool(cell.strip()) for row in below for cell in row)
        return names >= 2 and filled >= 0.3 * names * len(below)

    @property
    def names(self) -> int:
        """How many columns have a name."""
        if self.header is None:
            return 0
        if self.header.row is None:
            return len(self.header.names)
        return sum(bool(cell.strip()) for cell in self.sample[self.header.row][1])

    @cached_property
    def _merged(self) -> dict[int, list[int]]:
        """Row -> columns whose cells are merged with those above."""
        found: dict[int, list[int]] = {}
        left = (self.sheet.start or (0, 0))[1]
        last = (self.sheet.end or (0, 0))[0]
        for (top, column), (bottom, _) in self.sheet.merged_cell_ranges or ():
            if left <= column < left + self.sheet.width:
                for row in range(top + 1, min(bottom, last) + 1):
                    found.setdefault(row, []).append(column - left)
        return found


def read_workbook(source: Source) -> RawTable:
    """Read the table of a workbook: the sheet asked for, or the only one that looks like a table.

    Raises
    ------
    CatalogueError
        If the workbook cannot be read, or it is not clear which sheet is meant; the message lists them.
    """
    _check_size(source)
    with _guarded(source.name):
        from python_calamine import CalamineWorkbook

        workbook = CalamineWorkbook.from_filelike(io.BytesIO(source.file.read_bytes()))
        sheet = _choose(workbook, source)
    header = sheet.header
    if header is None:
        raise CatalogueError(f"{source.name}: sheet {sheet.name!r} is empty")
    if header.first >= len(sheet.sample):
        raise CatalogueError(f"{source.name}: sheet {sheet.name!r} has a header but no rows")
    first = sheet.sample[header.first][0]
    start = None if header.row is None else sheet.sample[header.row]
    if start is None:
        source.note("the table has no header; its columns are numbered")
    titles = None if start is None else start[1]
    return source.table(
        "sheet",
        header.names,
        lambda: _blocks(sheet, header, first, titles),
        details={"sheet": sheet.name, "header": "none" if start is None else f"row {start[0] + 1}"},
        name=f"{source.name}, sheet {sheet.name}",
        origin=SheetOrigin(
            source.file,
            sheet.name,
            (sheet.sheet.start or (0, 0))[1],
            None if start is None else start[0] + 1,
            header.names,
        ),
    )


def cell_text(value: Any) -> str:
    """Return a cell as people see it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return number_text(value)
    if isinstance(value, datetime.timedelta):
        seconds = round(value.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return date_text(value)


def _blocks(sheet: Sheet, header: Header, first: int, titles: list[str] | None) -> Iterator[Block]:
    width = len(header.names)
    rows = enumerate(sheet.rows(), 1)
    for _ in islice(rows, first):
        pass
    while part := list(islice(rows, _BLOCK)):
        numbers: list[int] = []
        texts: list[list[str]] = []
        events: list[Event] = []
        for number, row in part:
            if not any(map(str.strip, row)):
                events.append(Event(number, BLANK))
            elif row == titles:
                events.append(Event(number, SET_ASIDE, REPEATED))
            elif any(map(str.strip, row[width:])):
                events.append(Event(number, SET_ASIDE, "cells right of the table"))
            else:
                numbers.append(number)
                texts.append(row[:width] + [""] * (width - len(row)))
        yield Block(numbers, texts, events)


def _choose(workbook: CalamineWorkbook, source: Source) -> Sheet:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    sheets_known = workbook.sheets_metadata
    names = [
        each.name for each in sheets_known if each.typ == SheetTypeEnum.WorkSheet
    ] or workbook.sheet_names
    if source.sheet is not None:
        chosen = [name for name in names if name.strip().lower() == source.sheet.strip().lower()]
        if not chosen:
            raise CatalogueError(f"{source.name}: no sheet {source.sheet!r} among {', '.join(names)}")
        return Sheet(chosen[0], workbook.get_sheet_by_name(chosen[0]))
    hidden = {each.name for each in sheets_known if each.visible != SheetVisibleEnum.Visible}
    shown = [name for name in names if name not in hidden] or names
    sheets = [Sheet(name, workbook.get_sheet_by_name(name)) for name in shown]
    tables = [sheet for sheet in sheets if sheet.looks_like_table]
    if len(tables) > 1:
        tables = [sheet for sheet in tables if sheet.names > 2]  # lists of codes and their names have two
    if len(tables) == 1:
        if len(names) > 1:
            others = ", ".join(name for name in names if name != tables[0].name)
            source.note(
                f"read sheet {tables[0].name}, the only one that looks like products; not read: {others}"
            )
        return tables[0]
    if len(sheets) == 1:
        return sheets[0]
    many = "several sheets that may be the product table" if tables else "several sheets, none like a table"
    raise CatalogueError(f"{source.name}: {many} ({', '.join(shown)}); choose one with --sheet NAME")


def _empty_end(row: list[str]) -> int:
    return next((count for count, cell in enumerate(reversed(row)) if cell.strip()), len(row))


@contextmanager
def _guarded(name: str) -> Iterator[None]:
    """Turn all that the library raises for a damaged file into one line; it panics for some."""
    from python_calamine import CalamineError

    try:
        yield
    except (CalamineError, OSError, ValueError, TypeError) as error:
        raise CatalogueError(f"{name}: not a workbook that can be read ({one_line(error)})") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # not exported, and no subclass of Exception
            raise
        raise CatalogueError(f"{name}: the workbook is damaged ({one_line(error)})") from error


def _check_size(source: Source) -> None:
    """Check that the library can hold the workbook: it ends the whole process where it runs out of memory.

    Cells far apart need memory for all cells between them.
    """
    if not zipfile.is_zipfile(source.file):
        check_compound(source.file, source.name)
        return
    check_zip_sizes(source.file, source.name, source.most_workbook)
    with open_zip(source.file, source.name) as archive:
        for name in archive.namelist():
            try:
                if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                    cells = _cells_between(archive.read(name))
                elif name == "content.xml":
                    cells = _repeated_cells(archive.read(name))
                else:
                    continue
            except DAMAGED as error:
                raise CatalogueError(f"{source.name}: damaged or encrypted ({one_line(error)})") from error
            if cells > MOST_CELLS:
                raise CatalogueError(
                    f"{source.name}: cells lie so far apart that {cells:,} cells would have to be read; "
                    "delete what is far from the table, or save it as CSV"
                )


def _cells_between(sheet: bytes) -> int:
    far = _FAR_CELL.findall(sheet)
    rows = [int(number) for number in _ROW.findall(sheet)] + [int(number) for _, number in far]
    columns = [_column_number(letters) for letters, _ in far]
    return max(rows, default=sheet.count(b"<row")) * max(columns, default=26)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number


def _repeated_cells(content: bytes) -> int:
    """Return how many cells an OpenDocument table has if all repeated cells that hold values meet."""
    columns, rows = 1, 1
    for kind, before, count, after in _REPEATED.findall(content):
        holds = b"office:value" in before + after
        if kind == b"cell" and holds:
            columns = max(columns, int(count))
        elif kind == b"row" and not after.endswith(b"/") and int(count) < 1_000_000:
            rows = max(rows, int(count))
    return columns * max(rows, content.count(b"<table:table-row"))

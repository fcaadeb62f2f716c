"""Write a table of any kind as CSV or as a workbook, with all of its columns."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from core.catalogue.sources.raw import RawTable
from core.catalogue.writing.changes import Changes, Value, text_of
from core.common.spreadsheet import safe_text

_MOST_LETTERS = 32_767  # of a workbook's cell
_FORBIDDEN = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])


def write_csv(raw: RawTable, added: Sequence[str], changes: Changes, out: Path) -> None:
    """Write CSV: UTF-8 with a byte order mark, cells safe in a spreadsheet."""
    with out.open("w", encoding="utf-8-sig", newline="", errors="replace") as file:
        writer = csv.writer(file)
        writer.writerow(map(safe_text, [*raw.columns, *added]))
        for row in _rows(raw, changes):
            writer.writerow([safe_text(text_of(cell)) for cell in row])


def write_xlsx(raw: RawTable, added: Sequence[str], changes: Changes, out: Path) -> None:
    """Write a workbook with one sheet; all of the table's own cells are texts."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Products")

    def cell(value: Value) -> object:
        if not isinstance(value, str):
            return value
        if not value:
            return None
        made = WriteOnlyCell(sheet, value.translate(_FORBIDDEN)[:_MOST_LETTERS])
        made.data_type = "s"  # also what begins like a formula
        return made

    sheet.append([cell(name) for name in [*raw.columns, *added]])
    for row in _rows(raw, changes):
        sheet.append([cell(value) for value in row])
    book.save(out)


def _rows(raw: RawTable, changes: Changes) -> Iterator[list[Value]]:
    places = {name: place for place, name in enumerate(raw.columns)}
    for columns in raw.chunks():
        for cells in zip(*(columns[name] for name in raw.columns), strict=True):
            _, change = next(changes)
            row: list[Value] = list(cells)
            for name, cell in change.replaced.items():
                row[places[name]] = cell
            yield [*row, *change.added]

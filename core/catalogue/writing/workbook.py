"""Write an xlsx workbook back: only the cells that change are touched, all else stays as it is."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree
from xml.parsers import expat

from core.catalogue.sources.sheets import SheetOrigin
from core.catalogue.writing.changes import Changes, RowChange, Value
from core.catalogue.writing.splicing import Edit, element, spliced
from core.common.errors import CatalogueError

_LETTERS = re.compile(r"([A-Z]+)")
_DIMENSION = re.compile(rb"<(?:\w+:)?dimension\b[^>]*/>")
_STYLE = re.compile(rb"\ss=\"(\d+)\"")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def is_xlsx(origin: SheetOrigin) -> bool:
    """Return whether a workbook is an xlsx file, and not an xls or ods one."""
    if not zipfile.is_zipfile(origin.file):
        return False
    with zipfile.ZipFile(origin.file) as archive:
        return "xl/workbook.xml" in archive.namelist()


def write_workbook(origin: SheetOrigin, added: Sequence[str], changes: Changes, out: Path) -> None:
    """Write a workbook with cells added to the right of a table, or cells of it replaced.

    Raises
    ------
    CatalogueError
        If the sheet cannot be found in the file.
    """
    with zipfile.ZipFile(origin.file) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        name = _sheet_file(archive, origin.sheet)
        for entry in archive.infolist():
            data = archive.read(entry)
            if entry.filename == name:
                editor = _Editor(origin, data, added, changes)
                data = _DIMENSION.sub(b"", spliced(data, editor.edits()), count=1)
            target.writestr(entry, data, compress_type=zipfile.ZIP_DEFLATED)


def _sheet_file(archive: zipfile.ZipFile, sheet: str) -> str:
    workbook = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {each.get("Id"): each.get("Target", "") for each in relations}
    for each in workbook.iter():
        if each.tag.rpartition("}")[2] == "sheet" and each.get("name") == sheet:
            key = next((value for name, value in each.attrib.items() if name.endswith("}id")), None)
            place = targets.get(key, "")
            return place.lstrip("/") if place.startswith("/") else str(PurePosixPath("xl", place))
    raise CatalogueError(f"no sheet {sheet!r} in this workbook")


class _Editor:
    """Finds the cells to change while a sheet is parsed.

    Parameters
    ----------
    origin, data
        The table, and the sheet's XML.
    added, changes
        Names of columns to add, and what changes in each row.
    """

    def __init__(self, origin: SheetOrigin, data: bytes, added: Sequence[str], changes: Changes) -> None:
        self._origin, self._data, self._added, self._changes = origin, data, added, changes
        self._places = {origin.left + at: name for at, name in enumerate(origin.columns)}
        self._next: tuple[int, RowChange] = next(changes, (0, RowChange()))
        self._row = self._column = 0
        self._cells: dict[int, tuple[int, int]] = {}  # column -> bytes of its cell in the open row
        self._edits: list[Edit] = []
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._opened = 0

    def edits(self) -> list[Edit]:
        """Return all changes."""
        self._parser.Parse(self._data, True)
        return self._edits

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        kind = name.rpartition(":")[2]
        if kind == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = -1
            self._cells = {}
        elif kind == "c":
            place = attributes.get("r", "")
            letters = _LETTERS.match(place)
            self._column = _number(letters[1]) if letters else self._column + 1
            self._opened = self._parser.CurrentByteIndex

    def _end(self, name: str) -> None:
        prefix, _, kind = name.rpartition(":")
        at = self._parser.CurrentByteIndex
        if kind == "c":
            self._cells[self._column] = (self._opened, self._data.index(b">", at) + 1)
        elif kind == "row" and self._row == self._origin.header:
            self._write(prefix, at, RowChange(tuple(self._added)))
        elif kind == "row" and self._row == self._next[0]:
            self._write(prefix, at, self._next[1])
            self._next = next(self._changes, (0, RowChange()))

    def _write(self, prefix: str, end: int, change: RowChange) -> None:
        right = self._origin.left + len(self._origin.columns)
        new: dict[int, Value] = {right + at: value for at, value in enumerate(change.added)}
        places = {name: place for place, name in self._places.items()}
        new |= {places[name]: cell for name, cell in change.replaced.items()}
        for column, value in sorted(new.items()):
            start, stop = self._cells.get(column, (0, 0))
            if stop:
                style = _STYLE.search(self._data, start, self._data.index(b">", start))
                cell = self._cell(prefix, column, value, style[1].decode() if style else "")
                self._edits.append((start, stop, cell))
            else:
                after = [span[1] for place, span in self._cells.items() if place < column]
                follows = [span[0] for place, span in self._cells.items() if place > column]
                at = max(after) if after else min(follows) if follows else end
                self._edits.append((at, at, self._cell(prefix, column, value, "")))

    def _cell(self, prefix: str, column: int, value: Value, style: str) -> bytes:
        mark = f"{prefix}:" if prefix else ""
        start = f'<{mark}c r="{_letters(column)}{self._row}"' + (f' s="{style}"' if style else "")
        if isinstance(value, bool):
            return f'{start} t="b"><{mark}v>{int(value)}</{mark}v></{mark}c>'.encode()
        if isinstance(value, float):
            return f"{start}><{mark}v>{value:.6g}</{mark}v></{mark}c>".encode()
        text = element(f"{mark}t", _FORBIDDEN.sub("", value)).replace(b">", b' xml:space="preserve">', 1)
        return f'{start} t="inlineStr"><{mark}is>'.encode() + text + f"</{mark}is></{mark}c>".encode()


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number - 1


def _letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters

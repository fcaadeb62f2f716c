"""Read delimited text files of any size in chunks; encoding and delimiter are detected."""

from __future__ import annotations

import codecs
import csv
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from core.catalogue.formats.format import Columns
from core.common.errors import CatalogueError

if TYPE_CHECKING:
    from _csv import Reader

_BLOCK = 1 << 20
_DELIMITERS = ",;\t|"
_LONGEST_CELL = 2**31 - 1  # the csv module's own limit is 131,072 characters
# A sentinel line: it is read back unchanged unless an unclosed quoted cell has swallowed it.
_END = "\x00end of table\x00"


def read_delimited(table: Path, chunk_rows: int, *, tail: str | None = None) -> Iterator[Columns]:
    """Yield chunks of at most `chunk_rows` rows, in file order.

    Short rows are filled with empty cells, blank lines are skipped, and of columns with the same name the
    first is used.

    Parameters
    ----------
    table : Path
        UTF-8, UTF-16 with a byte order mark, or Windows-1252; separated by commas, semicolons, tabs or bars.
    chunk_rows : int
        Rows held in memory at a time.
    tail : str or None
        A column whose cells may contain unquoted delimiters: if it is the last column, surplus cells are
        joined to it. Otherwise a row with surplus cells is an error.

    Raises
    ------
    CatalogueError
        For an empty file, a file that is not text, a header without rows, or a malformed row.
    """
    csv.field_size_limit(_LONGEST_CELL)
    encoding = _encoding(table)
    try:
        with table.open(encoding=encoding, newline="") as file:
            yield from _read(table, file, chunk_rows, tail)
    except UnicodeDecodeError as error:
        raise CatalogueError(f"{table.name}: not {encoding} text ({error.reason})") from error


def _read(table: Path, file: Iterator[str], chunk_rows: int, tail: str | None) -> Iterator[Columns]:
    blank, first = 0, ""
    for first in file:
        if first.strip():
            break
        blank += 1
    if not first.strip():
        raise CatalogueError(f"{table.name}: the file is empty")
    if any(letter < " " and letter not in "\t\r\n" for letter in first):
        raise CatalogueError(f"{table.name}: not a text file; save the table as CSV (UTF-8)")
    delimiter = max(_DELIMITERS, key=lambda each: len(next(csv.reader([first], delimiter=each))))
    reader = csv.reader(itertools.chain([first], file, [_END]), delimiter=delimiter)
    header = [name.strip() for name in next(reader)]
    joiner = delimiter if header[-1] == tail else None
    rows = _rows(table, reader, len(header), joiner, blank)
    chunk = list(itertools.islice(rows, chunk_rows))
    if not chunk:
        raise CatalogueError(f"{table.name}: it has a header but no rows")
    while chunk:
        columns: Columns = {}
        for name, cells in zip(header, zip(*chunk, strict=True), strict=True):
            columns.setdefault(name, list(cells))
        yield columns
        chunk = list(itertools.islice(rows, chunk_rows))


def _rows(table: Path, reader: Reader, width: int, joiner: str | None, blank: int) -> Iterator[list[str]]:
    line = blank + reader.line_num + 1
    for row in reader:
        if row and row[-1].endswith(_END):
            if row != [_END]:
                raise CatalogueError(f"{table.name}: line {line}: a quoted cell is never closed")
            return
        if len(row) > width:
            row = _shorten(table, row, width, joiner, line)
        if row:
            yield row + [""] * (width - len(row))
        line = blank + reader.line_num + 1


def _shorten(table: Path, row: list[str], width: int, joiner: str | None, line: int) -> list[str]:
    if joiner is not None:
        return [*row[: width - 1], joiner.join(row[width - 1 :])]
    if any(cell.strip() for cell in row[width:]):
        raise CatalogueError(
            f"{table.name}: line {line}: {len(row)} cells where the header has {width}; "
            "quote cells that contain the delimiter"
        )
    return row[:width]


def _encoding(table: Path) -> str:
    with table.open("rb") as file:
        start = file.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # Latin-1 decodes any bytes; most such files are Windows-1252, so it is tried first.
    return next(name for name in ("utf-8-sig", "cp1252", "latin-1") if _decodes(table, name))


def _decodes(table: Path, encoding: str) -> bool:
    with table.open(encoding=encoding) as file:
        try:
            while file.read(_BLOCK):
                pass
        except UnicodeDecodeError:
            return False
    return True

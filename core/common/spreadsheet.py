"""CSV files for spreadsheets, safe against formulas in cells."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from core.common.letters import words_of

if TYPE_CHECKING:
    import pandas as pd

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""First characters of formulas (OWASP, "CSV injection"), including full-width forms."""

_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)*")
_MARK = "'"


def safe_cell(value: Any, *, keep_numbers: bool = False) -> Any:
    """Return a cell that is safe in a CSV file: text that looks like a formula gets a leading apostrophe.

    Values other than text are unchanged. With `keep_numbers`, text that is a plain number is unchanged too,
    so that an id like -5 still matches its product. Carriage returns become line feeds: the CSV writer would
    not quote a lone one, and it would end the row.
    """
    if not isinstance(value, str) or (keep_numbers and _NUMBER.fullmatch(value)):
        return value
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    return _MARK + value if value.lstrip(" ").startswith(FORMULA_STARTS) else value


def safe_text(cell: str) -> str:
    """Return a cell of an owner's table that is safe in a CSV file, so that `own_text` gives it back.

    As `safe_cell` with `keep_numbers`; a cell that looks as if it had got an apostrophe gets one more.
    """
    if not _runs(cell.lstrip(_MARK)) or _NUMBER.fullmatch(cell):
        return cell
    return _MARK + cell


def own_text(cell: str) -> str:
    """Return a cell of a CSV file without the apostrophe that makes it safe: ``'=A1`` is ``=A1``."""
    return cell[1:] if cell.startswith(_MARK) and _runs(cell.lstrip(_MARK)) else cell


def _runs(cell: str) -> bool:
    return cell.lstrip(" ").startswith(FORMULA_STARTS)


def table_csv(table: pd.DataFrame, *, keep_numbers: bool = False) -> bytes:
    """Return a table as CSV with safe cells and without its index; UTF-8 with a byte order mark, for Excel.

    With `keep_numbers`, texts that are plain numbers (an id like -5) are unchanged.
    """
    safe = table.map(partial(safe_cell, keep_numbers=keep_numbers))
    safe.columns = [safe_cell(str(name)) for name in safe.columns]
    return safe.to_csv(index=False).encode("utf-8-sig")


def file_name(*parts: str, ending: str) -> str:
    """Join words to a portable file name, such as ``fashion-confusion-matrix.csv``."""
    words = words_of(" ".join(parts).lower())
    return f"{'-'.join(words)[:100] or 'download'}.{ending}"

"""CSV for spreadsheets: cells are shown and never run as formulas."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes spreadsheets take a text for a formula (OWASP, "CSV injection"), full-width forms included."""

_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)*")


def safe_cell(value: Any, *, keep_numbers: bool = False) -> Any:
    """Return a cell as it may be written to a CSV file: a text that looks like a formula gets an apostrophe.

    Whatever is not a text stays as it is: a number below zero is no formula. With `keep_numbers` a text that
    is nothing but a number stays, too: an id like -5 must find its product again, and there is nothing to
    run. A carriage return becomes a line feed: alone in a cell it is written without quotes and ends the row.
    """
    if not isinstance(value, str) or (keep_numbers and _NUMBER.fullmatch(value)):
        return value
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    return "'" + value if value.lstrip(" ").startswith(FORMULA_STARTS) else value


def table_csv(table: pd.DataFrame, *, keep_numbers: bool = False) -> bytes:
    """Return a table as CSV (UTF-8 with a mark, so that Excel reads it), its cells made safe; no index.

    With `keep_numbers` texts that are plain numbers (an id like -5) stay as they are.
    """
    safe = table.map(partial(safe_cell, keep_numbers=keep_numbers))
    safe.columns = [safe_cell(str(name)) for name in safe.columns]
    return safe.to_csv(index=False).encode("utf-8-sig")


def file_name(*parts: str, ending: str) -> str:
    """Return a name that every file system takes, as ``fashion-confusion-matrix.csv``."""
    words = re.findall(r"[^\W_]+", " ".join(parts).lower())
    return f"{'-'.join(words)[:100] or 'download'}.{ending}"

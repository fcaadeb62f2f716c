"""CSV cells that a spreadsheet shows and does not run."""

from __future__ import annotations

import re
from typing import Any

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

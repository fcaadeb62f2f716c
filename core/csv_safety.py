"""CSV cells that a spreadsheet shows and does not run."""

from __future__ import annotations

from typing import Any

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes spreadsheets take a text for a formula (OWASP, "CSV injection"), full-width forms included."""


def safe_cell(value: Any) -> Any:
    """Return a cell as it may be written to a CSV file: a text that looks like a formula gets an apostrophe.

    Whatever is not a text stays as it is: a number below zero is no formula.
    """
    if isinstance(value, str) and value.lstrip(" ").startswith(FORMULA_STARTS):
        return "'" + value
    return value

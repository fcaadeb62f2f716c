"""Tables of text and probabilities as CSV: safe in spreadsheets, numbers in few characters."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.common.spreadsheet import safe_text

if TYPE_CHECKING:
    import pandas as pd

BLOCK = 4_096
"""Rows that are written at once."""


def write_short_csv(table: pd.DataFrame, file: Path) -> None:
    """Write a table without its index; numbers have at most six digits, and no zero before the point.

    Equal numbers of a column are formatted once in each block: rounded probabilities repeat much.
    """
    import pandas as pd

    with file.open("w", encoding="utf-8", newline="") as out:
        for start in range(0, max(len(table), 1), BLOCK):
            part = table.iloc[start : start + BLOCK]
            written = {name: _written(part[name]) for name in part.columns}
            pd.DataFrame(written).to_csv(out, index=False, header=start == 0)


def _written(cells: pd.Series) -> np.ndarray:
    """Return cells as they are written, object (n,)."""
    values = cells.to_numpy()
    if values.dtype.kind != "f":
        values = cells.to_numpy(dtype=object)
        return np.array([safe_text(cell) if isinstance(cell, str) else cell for cell in values], dtype=object)
    different, place = np.unique(values, return_inverse=True)
    short: np.ndarray = np.array([_short(each) for each in different.tolist()], dtype=object)[place]
    return short


def _short(number: float) -> str:
    """Write a number in as few characters as five decimals allow: 0, .98765, 1e-05."""
    return f"{number:.6g}".removeprefix("0") or "0"

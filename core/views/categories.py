"""The categories of a product table."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def category_counts(table: pd.DataFrame) -> pd.Series[int]:
    """Count the products of each category, the largest first, equal ones by name."""
    counts = table["category"].value_counts()
    return counts.sort_index().sort_values(ascending=False, kind="stable")


def category_of(table: pd.DataFrame, row: int) -> str:
    """Return the category of a row of the table."""
    return str(table["category"].iat[row])

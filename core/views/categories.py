"""The categories of a table, by size."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def category_counts(table: pd.DataFrame) -> pd.Series:
    """Count the products of each category, the largest first, equal ones by name."""
    counts = table["category"].value_counts()
    return counts.sort_index().sort_values(ascending=False, kind="stable")

"""Products of the catalogue to try the models on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def example_rows(table: pd.DataFrame, k: int) -> list[int]:
    """Return up to `k` test rows with text, of different categories, those with an image first."""
    test = table.loc[(table["part"] == "test") & table["has_text"], ["category", "has_image"]]
    test = test.sort_values("has_image", ascending=False, kind="stable").drop_duplicates("category")
    return [int(row) for row in test.index[:k]]

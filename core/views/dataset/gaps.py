"""Which fields are empty, over all products and by category."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.views.categories import category_counts
from core.views.fields import field_names, missing_mask

if TYPE_CHECKING:
    import pandas as pd


def missing_fields(table: pd.DataFrame, *, private: bool = False) -> pd.DataFrame:
    """Count the gaps of each field: columns Field, Missing, Share (0 to 1), the emptiest first."""
    import pandas as pd

    words = field_names(table, private=private)
    counts = {column: int(missing_mask(table, column).sum()) for column in words}
    frame = pd.DataFrame(
        {
            "Field": list(words.values()),
            "Missing": list(counts.values()),
            "Share": [count / max(1, len(table)) for count in counts.values()],
        }
    )
    return frame.sort_values("Missing", ascending=False, kind="stable", ignore_index=True)


def missing_by_category(table: pd.DataFrame, *, private: bool = False) -> pd.DataFrame:
    """Share of each category's products that lack each field; fields without gaps are left out."""
    import pandas as pd

    words = field_names(table, private=private)
    masks = {word: missing_mask(table, column) for column, word in words.items()}
    gaps = pd.DataFrame({word: mask for word, mask in masks.items() if mask.any()}, index=table.index)
    if gaps.empty or not len(gaps.columns):
        return pd.DataFrame()
    shares = gaps.groupby(table["category"].to_numpy(dtype=object)).mean()
    return shares.loc[category_counts(table).index]

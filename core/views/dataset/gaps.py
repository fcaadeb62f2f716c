"""Which fields are empty, over all products and by category."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.views.categories import category_counts
from core.views.fields import field_names, missing_mask

if TYPE_CHECKING:
    import pandas as pd

SHARES = ("Share",)
"""The columns of :func:`missing_fields` that are shares, 0 to 1."""


def missing_fields(table: pd.DataFrame, *, private: bool = False) -> pd.DataFrame:
    """Count the products that lack each field.

    Returns
    -------
    DataFrame
        Field, Missing (products), Share (0 to 1); the field with the most gaps first.
    """
    import pandas as pd

    names = field_names(table, private=private)
    missing = [int(missing_mask(table, column).sum()) for column in names]
    frame = pd.DataFrame(
        {
            "Field": list(names.values()),
            "Missing": missing,
            "Share": [count / max(1, len(table)) for count in missing],
        }
    )
    return frame.sort_values("Missing", ascending=False, kind="stable", ignore_index=True)


def missing_by_category(table: pd.DataFrame, *, private: bool = False) -> pd.DataFrame:
    """Return which share of each category, 0 to 1, lacks each field: a row per category, a column per field.

    Fields without gaps are left out; the table is empty where there are none.
    """
    import pandas as pd

    masks = {
        name: missing_mask(table, column) for column, name in field_names(table, private=private).items()
    }
    gaps = pd.DataFrame({name: mask for name, mask in masks.items() if mask.any()}, index=table.index)
    if gaps.empty or not len(gaps.columns):
        return pd.DataFrame()
    shares = gaps.groupby(table["category"].to_numpy(dtype=object)).mean()
    return shares.loc[category_counts(table).index]

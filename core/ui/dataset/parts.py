"""What the tabs of the Dataset page share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core.ui import loaders
from core.ui.figures import exhibit
from core.ui.parts import halves
from core.views.captions import figure_caption
from core.views.dataset.distribution_charts import box_chart, histogram

if TYPE_CHECKING:
    import pandas as pd

    from core.bundle.reader import Bundle
    from core.views.selection import Selection

SHOWN_CATEGORIES = 25


def how_many(total: int, key: str) -> int:
    """Return how many of `total` categories to show: the first few, or all where the visitor wants them."""
    if total <= SHOWN_CATEGORIES:
        return total
    return (
        total
        if st.toggle(f"Show all {total} categories", key=key, persist_state="session")
        else SHOWN_CATEGORIES
    )


def left_out_note(shown: int, total: int) -> str:
    """Say that not all categories are shown; "" where they are."""
    return f"{shown} of {total} categories shown." if shown < total else ""


def distribution(
    bundle: Bundle,
    selection: Selection,
    table: pd.DataFrame,
    values: np.ndarray,
    *,
    unit: str,
    of: str,
    title: str,
    key: str,
    log: bool = False,
) -> None:
    """Draw how values are distributed over all products and by category, side by side.

    Parameters
    ----------
    bundle, selection, table
        The rows of the selection.
    values
        float (n,), NaN where a product has none.
    unit, of
        What an axis says, and what a product must have to be counted.
    title, key
        What the figures show, and the name of their files.
    log
        Whether the axis is logarithmic.
    """
    known = values[np.isfinite(values)]
    by_category = loaders.spread(bundle, selection, key, values, table)
    note = figure_caption(bundle, len(known), f"{selection.products} with {of}")
    left, right = halves()
    with left:
        exhibit(histogram(known, unit=unit, log=log), f"{bundle.name}-{key}", title, note)
    with right:
        count = how_many(len(by_category), f"dataset-all-{key}")
        largest = by_category["Products"].sort_values(ascending=False, kind="stable").index[:count]
        shown = by_category.loc[by_category.index.isin(largest)]
        how = "Boxes: the middle half of the products, with the median. Lines: 90% of them. "
        exhibit(
            box_chart(shown, unit=unit, log=log),
            f"{bundle.name}-{key}-by-category",
            f"{title} by category",
            f"{note}  \n{how}{left_out_note(len(shown), len(by_category))}",
            table=by_category,
        )

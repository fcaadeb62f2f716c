"""What stands beside a map: how many products are selected, of which categories, and what to do with them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from core.ui.downloads import download_ids
from core.ui.maps.picks import pick
from core.ui.parts import products_phrase
from core.ui.review.sending import review_button
from core.views.maps.mix import category_mix

if TYPE_CHECKING:
    from core.bundle.reader import Bundle

SENT_AS = {True: "Selected on the map", False: "Found on the map"}
"""Whether products were picked, not found -> what *Review* calls them."""


def panel(bundle: Bundle, rows: Sequence[int], *, picked: bool, left_out: int) -> None:
    """Show the selected products in short.

    Parameters
    ----------
    bundle
        Whose products.
    rows
        Those that the sidebar's filter lets through.
    picked
        Whether they were picked, or found by the search.
    left_out
        How many others the filter keeps out.
    """
    if not rows and not left_out:
        _nothing()
        return
    with st.container(gap="small"):
        st.markdown(f"**{products_phrase(len(rows))} {'selected' if picked else 'found'}**")
        if left_out:
            total = len(rows) + left_out
            st.caption(f"{left_out:,} of {total:,} are outside the filter and not shown.")
        if rows:
            st.html(category_mix(bundle.table, rows))
            review_button(bundle, rows, SENT_AS[picked], "map-review")
            skus = bundle.table["sku"].iloc[list(rows)].tolist()
            download_ids(skus, f"{bundle.name}-{'selected' if picked else 'found'}")
        if picked:
            st.button(
                "Clear selection",
                icon=":material/close:",
                key="map-clear",
                type="tertiary",
                on_click=partial(pick, bundle, []),
            )


def _nothing() -> None:
    st.markdown(
        "**:material/lasso_select: No products selected**  \n"
        "Drag around some points, or click one. Hold Shift to add more."
    )

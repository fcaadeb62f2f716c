"""The tab of the Dataset page on products: a gallery to search, filter and sort."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import streamlit as st

from core.ui import address, loaders
from core.ui.downloads import download_table
from core.ui.parts import PRIVATE, empty, foot, turn_pages
from core.ui.products import catalogue_cards
from core.views.captions import figure_caption
from core.views.categories import category_counts
from core.views.dataset import gallery
from core.views.formatting import shorten_category

if TYPE_CHECKING:
    import pandas as pd

    from core.bundle.reader import Bundle
    from core.views.selection import Selection

PER_PAGE = 24


@st.fragment
def products(bundle: Bundle, selection: Selection, table: pd.DataFrame) -> None:
    """Draw the gallery; a fragment, so that turning a page redraws nothing else."""
    if bundle.private:
        empty("No images to show", PRIVATE, "lock")
        return
    inside, key = selection.mask(bundle.table), f"{bundle.name}-gallery"
    gaps = loaders.missing_masks(bundle)
    wanted = _controls(bundle, table, gallery.gap_choices(bundle.table, gaps, inside), key)
    rows = gallery.matching_rows(bundle.table, gaps, inside, wanted)
    if not len(rows):
        empty("No matching products", "Remove some of the filters above.", "search_off")
        return
    page = turn_pages(len(rows), PER_PAGE, f"{key}-{zlib.crc32(repr((wanted, selection)).encode())}")
    shown = gallery.gallery_cards(bundle, rows[page].tolist(), with_category=not wanted.category)
    catalogue_cards(bundle, shown, key)
    where = f"{selection.products} in {wanted.category}" if wanted.category else selection.products
    with foot(figure_caption(bundle, len(rows), where)):
        download_table(lambda: gallery.gallery_table(bundle.table, rows), f"{bundle.name}-products")


def _controls(bundle: Bundle, table: pd.DataFrame, gaps: dict[str, str], key: str) -> gallery.GalleryFilter:
    """Let the visitor search, filter and sort."""
    categories = ["", *category_counts(table).index]
    orders = gallery.order_choices(bundle.table)
    address.restore("find", f"{key}-find", None, "")
    address.restore("gallery", f"{key}-class", {name: name for name in categories}, "")
    with st.grid(4, min_column_width=190, vertical_alignment="bottom"):
        query = st.text_input("Search", placeholder="Name or id", key=f"{key}-find")
        category = st.selectbox(
            "Category",
            categories,
            format_func=lambda c: shorten_category(c) if c else "All",
            key=f"{key}-class",
        )
        lacking = st.selectbox(
            "Missing field", ["", *gaps], format_func=lambda c: gaps.get(c, "Any"), key=f"{key}-lack"
        )
        order = st.selectbox("Sort by", list(orders), format_func=lambda o: orders[o], key=f"{key}-order")
    address.write("find", f"{key}-find", query, "")
    address.write("gallery", f"{key}-class", category, "")
    return gallery.GalleryFilter(category, query, lacking, order)

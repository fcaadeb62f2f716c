"""Products side by side or in tables, with their images."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.ui.downloads import download_table
from core.views.display_names import product_name
from core.views.product_cards import Card, data_url, gallery

if TYPE_CHECKING:
    import pandas as pd

    from core.bundle.reader import Bundle
    from core.views.models.product_listing import Listing


def cards(products: Iterable[Card], *, min_width: int = 150) -> None:
    """Show products side by side."""
    st.html(gallery(products, min_width=min_width))


def listing(bundle: Bundle, found: Listing, key: str, *, per_page: int = 12) -> None:
    """Show products with their pictures, page by page, or their ids in a private bundle; offer a CSV."""
    if not len(found):
        st.caption("No products.")
        return
    if bundle.private:
        shares = {
            name: st.column_config.NumberColumn(format="percent")
            for name in found.table
            if name.startswith("Confidence")
        }
        st.dataframe(found.table, hide_index=True, column_config=shares)
    else:
        pages = -(-len(found) // per_page)
        number = st.pagination(pages, key=f"{key}-page") if pages > 1 else 1
        cards(found.cards(bundle, (number - 1) * per_page, number * per_page))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{len(found):,} products, the surest first" if len(found) > 1 else "1 product")
        download_table(found.table, key)


def product_table(bundle: Bundle, rows: Sequence[int]) -> None:
    """List catalogue rows with their pictures."""
    products = bundle.table.loc[list(rows)]
    columns = {
        "Picture": [data_url(bundle.thumbnail(sku)) for sku in products["sku"]],
        "Name": [product_name(product) for _, product in products.iterrows()],
        "Category": products["category"].tolist(),
        "Part": products["part"].tolist(),
        "Id": products["sku"].tolist(),
    }
    if not any(columns["Picture"]):
        del columns["Picture"]
    if bundle.private:
        del columns["Name"]
    st.dataframe(
        columns,
        hide_index=True,
        row_height=56,
        height=420,
        column_config={
            "Picture": st.column_config.ImageColumn(width=72),
            "Name": st.column_config.TextColumn(width=220),
        },
    )


def faults_table(bundle: Bundle, faults: pd.DataFrame) -> None:
    """List rows of `core.faults.fault_table` with their products' pictures."""
    products = bundle.table.iloc[faults["row"]]
    columns = {
        "Picture": [data_url(bundle.thumbnail(sku)) for sku in products["sku"]],
        "Product": [product_name(product) for _, product in products.iterrows()],
        "Why": faults["reason"].tolist(),
        "What to do": faults["suggestion"].tolist(),
    }
    if not any(columns["Picture"]):
        del columns["Picture"]
    st.dataframe(
        columns,
        hide_index=True,
        row_height=56,
        height="content",
        column_config={
            "Picture": st.column_config.ImageColumn(width=72),
            "Product": st.column_config.TextColumn(width=190),
            "Why": st.column_config.TextColumn(width=430),
        },
    )


def percent_column(label: str) -> Any:
    """Return the look of a table column of percentages, 0 to 100, with a bar."""
    return st.column_config.ProgressColumn(label, format="%.1f%%", min_value=0, max_value=100)

"""Products side by side or in tables, with their images."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from core.ui.downloads import download_table
from core.ui.parts import foot, products_phrase, turn_pages
from core.ui.tables import ABSENT, show_cells, show_table
from core.views.display_names import product_name
from core.views.models.product_listing import SHARES
from core.views.product_cards import Card, data_url, gallery

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from core.bundle.reader import Bundle
    from core.views.models.product_listing import Listing

IMAGE = st.column_config.ImageColumn(width=72)
ROW_HEIGHT = 56
PER_PAGE = 12


def cards(products: Iterable[Card], *, min_width: int = 150) -> None:
    """Show products side by side."""
    st.html(gallery(products, min_width=min_width))


def listing(bundle: Bundle, products: Listing, key: str) -> None:
    """Show products with their images, page by page, or their ids in a private bundle; offer a CSV."""
    if not len(products):
        st.caption("No products.")
        return
    if bundle.private:
        show_table(products.table, shares=SHARES)
    else:
        page = turn_pages(len(products), PER_PAGE, key)
        cards(products.cards(bundle, page.start, page.stop))
    order = ", most confident first" if len(products) > 1 else ""
    with foot(products_phrase(len(products)) + order):
        download_table(products.table, key)


def product_table(bundle: Bundle, rows: Sequence[int], numbers: Mapping[str, np.ndarray]) -> None:
    """List catalogue rows with their images, and numbers of all products, 0 to 1, each (n,)."""
    products = bundle.table.loc[list(rows)]
    names = {} if bundle.private else {"Name": _names(products)}
    own: dict[str, list[float]] = {name: values[list(rows)].tolist() for name, values in numbers.items()}
    columns = {
        **names,
        "Category": products["category"].tolist(),
        **own,
        "Split": products["part"].tolist(),
        "Id": products["sku"].tolist(),
    }
    looks = {name: st.column_config.NumberColumn(format="%.2f") for name in own}
    _with_images(bundle, products, columns, {"Name": 220}, looks, height=420)


def faults_table(bundle: Bundle, faults: pd.DataFrame) -> None:
    """List rows of `core.faults.fault_table` with their products' images."""
    products = bundle.table.iloc[faults["row"].to_numpy()]
    columns = {
        "Product": _names(products),
        "Reason": faults["reason"].tolist(),
        "Suggestion": faults["suggestion"].tolist(),
    }
    _with_images(bundle, products, columns, {"Product": 190, "Reason": 430}, {}, height="content")


def _names(products: pd.DataFrame) -> list[str]:
    return [product_name(product) for _, product in products.iterrows()]


def _with_images(
    bundle: Bundle,
    products: pd.DataFrame,
    columns: Mapping[str, list[Any]],
    widths: Mapping[str, int],
    looks: Mapping[str, Any],
    *,
    height: int | Literal["content"],
) -> None:
    """Show columns of products, their images first where at least one has an image."""
    images = [data_url(bundle.thumbnail(sku)) for sku in products["sku"].tolist()]
    first = {"Image": images} if any(images) else {}
    texts = {name: st.column_config.TextColumn(width=width) for name, width in widths.items()}
    show_cells(
        {**first, **columns},
        row_height=ROW_HEIGHT,
        height=height,
        column_config={"Image": IMAGE, **texts, **looks},
        placeholder=ABSENT,
    )

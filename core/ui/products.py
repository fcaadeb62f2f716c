"""Products side by side or in tables, with their images."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from core.ui.downloads import download_table
from core.ui.gallery import gallery as draw_gallery
from core.ui.parts import foot, products_phrase, turn_pages
from core.ui.product_card import ask_for, open_asked
from core.ui.tables import ABSENT, show_cells, show_table
from core.views.display_names import product_name
from core.views.models.product_listing import SHARES
from core.views.product_cards import Box, Card, Layout, data_url, gallery

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from core.bundle.reader import Bundle
    from core.views.models.product_listing import Listing

IMAGE = st.column_config.ImageColumn(width=72)
ROW_HEIGHT = 56
PER_PAGE = 12


def cards(products: Iterable[Card], *, min_width: int = 150) -> None:
    """Show products side by side that are none of the catalogue, or not to be opened."""
    st.html(gallery(products, min_width=min_width))


def catalogue_cards(
    bundle: Bundle, products: Iterable[Card], key: str, *, min_width: int = 150, layout: Layout = "grid"
) -> None:
    """Show products of the catalogue side by side; a click on one opens its card."""
    catalogue_boxes(bundle, [Box(tuple(products))], key, min_width=min_width, layout=layout)


def catalogue_boxes(
    bundle: Bundle, boxes: Sequence[Box], key: str, *, min_width: int = 300, layout: Layout = "boxes"
) -> None:
    """Show products that belong together in frames; a click on one opens its card."""
    draw_gallery(boxes, layout, min_width, f"{key}-gallery", partial(ask_for, key))
    open_asked(bundle, key)


def listing(bundle: Bundle, products: Listing, key: str) -> None:
    """Show products with their images, page by page, or their ids in a private bundle; offer a CSV."""
    if not len(products):
        st.caption("No products.")
        return
    if bundle.private:
        show_table(products.table, shares=SHARES)
    else:
        page = turn_pages(len(products), PER_PAGE, key)
        catalogue_cards(bundle, products.cards(bundle, page.start, page.stop), key)
    order = ", most confident first" if len(products) > 1 else ""
    with foot(products_phrase(len(products)) + order):
        download_table(products.table, key)


def product_table(bundle: Bundle, rows: Sequence[int], numbers: Mapping[str, np.ndarray], key: str) -> None:
    """List catalogue rows with their images, and numbers of all products, 0 to 1, each (n,).

    A click on an image, or a row that is picked, opens the product's card.
    """
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
    _with_images(bundle, rows, columns, {"Name": 220}, looks, key, height=420)


def faults_table(bundle: Bundle, faults: pd.DataFrame, key: str) -> None:
    """List rows of `core.faults.fault_table` with their products' images, to be opened as above."""
    products = bundle.table.iloc[faults["row"].to_numpy()]
    columns = {
        "Product": _names(products),
        "Reason": faults["reason"].tolist(),
        "Suggestion": faults["suggestion"].tolist(),
    }
    rows = faults["row"].tolist()
    _with_images(bundle, rows, columns, {"Product": 190, "Reason": 430}, {}, key, height="content")


def _names(products: pd.DataFrame) -> list[str]:
    return [product_name(product) for _, product in products.iterrows()]


def _with_images(
    bundle: Bundle,
    rows: Sequence[int],
    columns: Mapping[str, list[Any]],
    widths: Mapping[str, int],
    looks: Mapping[str, Any],
    key: str,
    *,
    height: int | Literal["content"],
) -> None:
    """Show columns of products, their images first where at least one has an image."""
    images = [data_url(bundle.thumbnail(str(bundle.table["sku"].iat[row]))) for row in rows]
    first = {"Image": images} if any(images) else {}
    texts = {name: st.column_config.TextColumn(width=width) for name, width in widths.items()}
    table = f"{key}-table"

    def picked() -> None:
        place = opened_place(st.session_state[table]["selection"])
        if place is not None and place < len(rows):
            ask_for(key, int(rows[place]))

    show_cells(
        {**first, **columns},
        row_height=ROW_HEIGHT,
        height=height,
        column_config={"Image": IMAGE, **texts, **looks},
        placeholder=ABSENT,
        key=table,
        on_select=picked,
        selection_mode=["single-row", "single-cell"],
    )
    open_asked(bundle, key)


def opened_place(selection: Mapping[str, Any]) -> int | None:
    """Return the position of the row that a table's selection opens: one picked, or one whose image was."""
    rows = list(selection.get("rows", []))
    rows += [row for row, column in selection.get("cells", []) if column == "Image"]
    return int(rows[0]) if rows else None

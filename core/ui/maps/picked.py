"""The products selected or found on a map, and one of them with its neighbours."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core.common.escaping import markdown
from core.ui import address, loaders
from core.ui.downloads import download_table
from core.ui.figures import exhibit
from core.ui.maps.picks import pick
from core.ui.parts import caption, empty, foot, halves, section
from core.ui.products import catalogue_cards, product_table
from core.views.captions import figure_caption
from core.views.categories import category_counts
from core.views.charts import bar_chart
from core.views.display_names import MODALITY_NAMES, product_name
from core.views.maps.map_tables import picked_table
from core.views.maps.neighbours import (
    Nearby,
    agreement_sentence,
    neighbour_cards,
    same_category_sentence,
)
from core.views.maps.numbers import number_columns
from core.views.models.answers import answers
from core.views.product_cards import product_card
from core.views.selection import SPLIT_NAMES

if TYPE_CHECKING:
    from core.bundle.reader import Bundle
    from core.ui.maps.drawing import Shown

LISTED = 200
CHARTED = 12


def products(
    bundle: Bundle, picked: list[int], matches: np.ndarray, inside: np.ndarray, maps: Sequence[Shown]
) -> None:
    """Show what is selected, else what matches the search, as far as the sidebar's filter lets it through.

    Parameters
    ----------
    bundle
        Whose products.
    picked, matches
        Their rows.
    inside
        bool (n,): what the filter lets through.
    maps
        On the page: their numbers are listed, and the answers of the last one's chosen head go into the file.
    """
    rows: list[int] = picked or matches.tolist()
    only = str(bundle.table["sku"].iat[picked[0]]) if len(picked) == 1 else ""
    address.write("product", "map-product", only, "")
    section("Selected products" if picked or not rows else "Matching products")
    if not rows:
        empty(
            "No products selected",
            "Drag around some points, or click one, to see the products. Hold Shift to add more.",
            "lasso_select",
        )
        return
    if picked and st.button("Clear selection", icon=":material/close:", key="map-clear"):
        pick(bundle, [])
        st.rerun()
    _products(
        bundle,
        rows,
        inside,
        "products selected on the map" if picked else "products matching the search",
        maps,
    )


def _products(bundle: Bundle, rows: list[int], inside: np.ndarray, how: str, maps: Sequence[Shown]) -> None:
    kept = [row for row in rows if inside[row]]
    if len(kept) < len(rows):
        st.caption(f"{len(rows) - len(kept):,} of {len(rows):,} are outside the filter and not shown.")
    row: int | None = kept[0] if kept else None
    if len(kept) > 1:
        _list(bundle, kept, how, maps)
        row = st.selectbox(
            "One product and its neighbours",
            kept[:LISTED],
            index=None,
            format_func=lambda row: product_name(bundle.table.iloc[int(row)]),
            placeholder="Choose a product",
            key=f"map-one-{zlib.crc32(repr(kept).encode())}",
        )
    if row is not None:
        _one(bundle, row)


def _list(bundle: Bundle, rows: list[int], how: str, maps: Sequence[Shown]) -> None:
    counts = category_counts(bundle.table.loc[rows])
    left, right = halves()
    with left:
        top = counts.head(CHARTED)
        note = f"{CHARTED} of {len(counts)} categories shown." if len(counts) > CHARTED else ""
        exhibit(
            bar_chart(list(top.index), top.tolist(), unit="products"),
            f"{bundle.name}-mix",
            "Categories of the selected products",
            figure_caption(bundle, len(rows), how, note=note),
        )
    with right:
        numbers = {
            name: values
            for shown in maps
            for name, values in number_columns(shown.numbers, shown.title if len(maps) > 1 else "").items()
        }
        product_table(
            bundle, rows[:LISTED], numbers, f"{bundle.name}-picked-{zlib.crc32(repr(rows).encode())}"
        )
        cut = f"First {LISTED} of {len(rows):,} listed. " if len(rows) > LISTED else ""
        answered = answers(bundle, maps[-1].modality)
        with foot(f"{cut}The download has all {len(rows):,} products with the model's answers."):
            download_table(picked_table(bundle, rows, answered, numbers), f"{bundle.name}-picked")


def _one(bundle: Bundle, row: int) -> None:
    product = bundle.table.iloc[row]
    section("Nearest products", "By all features, not by the position on the map.")
    image, facts = st.columns([1, 4])
    with image:
        catalogue_cards(bundle, [product_card(bundle, row)], "map-one", min_width=60)
    with facts:
        split = SPLIT_NAMES[str(product["part"])].lower()
        st.markdown(f"Category: **{markdown(str(product['category']))}** · split: {split}")
    if not all(bundle.has_features(modality) for modality in bundle.modalities):
        empty(
            "No neighbours",
            "This catalogue was saved without features. Build it from your own product table to see them.",
            "lock",
        )
        return
    spaces = [space for m in bundle.modalities if (space := loaders.nearby(bundle, row, m)) is not None]
    with facts:
        agreement = agreement_sentence(bundle, row, spaces)
        st.info(
            markdown(agreement) or "It has neither text nor image to compare.",
            icon=":material/compare_arrows:",
        )
    _neighbours(bundle, str(product["category"]), spaces)


def _neighbours(bundle: Bundle, category: str, spaces: Sequence[Nearby]) -> None:
    for space in spaces:
        st.markdown(
            f"**{MODALITY_NAMES[space.modality]}:** {same_category_sentence(space)} ({markdown(category)})"
        )
        catalogue_cards(bundle, neighbour_cards(bundle, space), f"map-near-{space.modality}", min_width=80)
        present = int(bundle.present(space.modality).sum())
        caption(figure_caption(bundle, present, "products of the whole catalogue", space.modality))
    for modality in set(bundle.modalities) - {space.modality for space in spaces}:
        st.caption(f"No neighbours by {MODALITY_NAMES[modality].lower()}: this product has none.")

"""The products selected or found on a map, and one of them with its neighbours."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core.common.escaping import markdown
from core.ui import loaders
from core.ui.downloads import download_table
from core.ui.parts import caption, empty, foot, section, turn_pages
from core.ui.products import catalogue_cards, product_table
from core.views.captions import figure_caption
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

LISTED = 50


def products(bundle: Bundle, rows: list[int], *, picked: bool, maps: Sequence[Shown]) -> None:
    """List products, and show one of them with its neighbours.

    Parameters
    ----------
    bundle
        Whose products.
    rows
        Those that are selected, else those that the search has found.
    picked
        Whether they were picked on the map.
    maps
        On the page: their numbers are listed, and the answers of the last one's chosen head go into the file.
    """
    if not rows:
        return
    row: int | None = rows[0]
    if len(rows) > 1:
        section("Selected products" if picked else "Matching products")
        key = f"{bundle.name}-picked-{zlib.crc32(np.asarray(rows).tobytes()):08x}"
        listed = rows[turn_pages(len(rows), LISTED, key)]
        _list(bundle, rows, listed, maps, key)
        products = bundle.table[["name", "sku"]].iloc[listed]
        names = {row: product_name(product) for row, product in products.iterrows()}
        row = st.selectbox(
            "One product and its neighbours",
            listed,
            index=None,
            format_func=names.__getitem__,
            placeholder="Choose a product",
            key=f"map-one-{key}-{listed[0]}",
        )
    if row is not None:
        _one(bundle, row)


def _list(bundle: Bundle, rows: list[int], listed: list[int], maps: Sequence[Shown], key: str) -> None:
    """List some of the rows, and offer a table of all."""
    numbers = {
        name: values
        for shown in maps
        for name, values in number_columns(shown.numbers, shown.title if len(maps) > 1 else "").items()
    }
    product_table(bundle, listed, numbers, f"{key}-{listed[0]}")
    cut = f"{len(listed):,} of {len(rows):,} listed. " if len(rows) > len(listed) else ""
    with foot(f"{cut}The download has all {len(rows):,} products with the model's answers."):
        answered = answers(bundle, maps[-1].modality)
        download_table(lambda: picked_table(bundle, rows, answered, numbers), f"{bundle.name}-picked")


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

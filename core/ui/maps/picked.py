"""The products picked or found on a map, and one of them with its neighbours."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core.ui import address, loaders
from core.ui.downloads import download_table
from core.ui.figures import exhibit
from core.ui.maps import drawing as ui_map
from core.ui.parts import caption, empty, halves, section
from core.ui.products import cards, product_table
from core.views.captions import figure_caption
from core.views.categories import category_counts
from core.views.charts import bar_chart
from core.views.display_names import MODALITY_NAMES, product_name
from core.views.maps import neighbours as map_neighbours
from core.views.maps.map_tables import picked_table
from core.views.models.answers import answers
from core.views.product_cards import product_card

if TYPE_CHECKING:
    from core.bundle.reader import Bundle

LISTED = 200


def products(bundle: Bundle, picked: list[int], hits: np.ndarray, inside: np.ndarray, modality: str) -> None:
    """Show what is picked, else what is found, as far as the sidebar's filter lets it through.

    Parameters
    ----------
    bundle
        Whose products.
    picked, hits
        Their rows.
    inside
        bool (n,): what the filter lets through.
    modality
        Whose chosen head's answers go into the file.
    """
    rows, how = (picked, "picked on the map") if picked else (hits.tolist(), "found")
    kept = [row for row in rows if inside[row]]
    one_sku = bundle.table["sku"].iat[picked[0]] if len(picked) == 1 else ""
    address.write("product", "map-product", one_sku, "")
    section("Picked products" if picked or not rows else "Found products")
    if not rows:
        empty(
            "Nothing picked",
            "Draw a loop or a box around some points, or click one, to see the products. With Shift, what "
            "was picked before stays.",
            "lasso_select",
        )
        return
    if picked and st.button("Clear", icon=":material/close:", key="map-clear"):
        ui_map.pick(bundle, [])
        st.rerun()
    if len(kept) < len(rows):
        st.caption(f"{len(rows) - len(kept):,} of {len(rows):,} lie outside the filter and are not shown.")
    if len(kept) > 1:
        _list(bundle, kept, how, modality)
        one = st.selectbox(
            "One of them, and its neighbours",
            kept[:LISTED],
            index=None,
            format_func=lambda row: product_name(bundle.table.loc[row]),
            placeholder="choose a product",
            key=f"map-one-{zlib.crc32(repr(kept).encode())}",
        )
    else:
        one = kept[0] if kept else None
    if one is not None:
        _one(bundle, one)


def _list(bundle: Bundle, rows: list[int], how: str, modality: str) -> None:
    counts = category_counts(bundle.table.loc[rows])
    left, right = halves()
    with left:
        top = counts.head(12)
        figure = bar_chart(list(top.index), top.to_numpy(), unit="products")
        note = f"12 of {len(counts)} categories shown." if len(counts) > 12 else ""
        note = figure_caption(bundle, len(rows), how, note=note)
        exhibit(figure, f"{bundle.name}-mix", "Categories of the picked products", note)
    with right:
        product_table(bundle, rows[:LISTED])
        with st.container(horizontal=True, vertical_alignment="center"):
            cut = f"The first {LISTED} of {len(rows):,}" if len(rows) > LISTED else f"All {len(rows):,}"
            st.caption(f"{cut} are listed; the file holds all, with the chosen model's answers.")
            found = answers(bundle, modality, bundle.best[modality])
            download_table(picked_table(bundle, rows, found), f"{bundle.name}-picked")


def _one(bundle: Bundle, row: int) -> None:
    product = bundle.table.loc[row]
    section("One product and its nearest", "By all numbers of its features, not by its place on the map.")
    picture, facts = st.columns([1, 4])
    with picture:
        cards([product_card(bundle, row)], min_width=60)
    with facts:
        st.markdown(f"Category: **{product['category']}**, part of the split: {product['part']}")
    if not all(bundle.has_features(modality) for modality in bundle.modalities):
        empty(
            "No neighbours here",
            "This bundle keeps no features, as bundles to be shared do not; build it from your own copy of "
            "the catalogue to see them.",
            "lock",
        )
        return
    spaces = [found for m in bundle.modalities if (found := loaders.nearby(bundle, row, m)) is not None]
    with facts:
        agreement = map_neighbours.agreement_sentence(bundle, row, spaces)
        st.info(agreement or "It has neither text nor picture to compare.", icon=":material/compare_arrows:")
    for found in spaces:
        note = f"{map_neighbours.same_category_sentence(found)} ({product['category']})"
        st.markdown(f"**{MODALITY_NAMES[found.modality]}:** {note}")
        cards(map_neighbours.neighbour_cards(bundle, found), min_width=80)
        present = int(bundle.present(found.modality).sum())
        caption(bundle, present, "whole catalogue", found.modality)
    for modality in set(bundle.modalities) - {found.modality for found in spaces}:
        st.caption(f"No neighbours by {MODALITY_NAMES[modality].lower()}: this product lacks it.")

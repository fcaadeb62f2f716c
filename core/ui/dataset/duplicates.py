"""The tab of the Dataset page on duplicates: pairs that seem to be one product."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import streamlit as st

from core.common.escaping import markdown
from core.ui import loaders
from core.ui.dataset.faults import review_link
from core.ui.downloads import download_table
from core.ui.parts import choose, foot, lead, section, turn_pages
from core.ui.products import catalogue_boxes
from core.ui.tables import COUNT, show_cells, show_table
from core.views.captions import figure_caption
from core.views.dataset import duplicate_pairs
from core.views.dataset.kept_together import kept_together_summary, kept_together_table

if TYPE_CHECKING:
    import pandas as pd

    from core.bundle.reader import Bundle
    from core.views.selection import Selection

PER_PAGE = 12
LISTED = 200
"""Pairs of a page where there are no images."""


@st.fragment
def duplicates(bundle: Bundle, selection: Selection, table: pd.DataFrame) -> None:
    """Show pairs of products; a fragment, so that turning a page redraws nothing else."""
    lead("Duplicates", "Pairs that seem to be the same product, most similar first.")
    inside = selection.mask(bundle.table)
    pairs = loaders.duplicate_pairs(bundle, selection)
    st.markdown(duplicate_pairs.duplicates_summary(pairs, bundle.groups, inside))
    counts = {kind: len(duplicate_pairs.of_kind(pairs, kind)) for kind in duplicate_pairs.KINDS}
    kinds = [kind for kind, count in counts.items() if count]
    if kinds:
        names = {kind: f"{duplicate_pairs.KINDS[kind]} ({counts[kind]:,})" for kind in kinds}
        key = f"{bundle.name}-pairs-{'-'.join(kinds)}"
        kind = choose("Kind", kinds, names, key, url="pairs", label_visibility="collapsed")
        _pairs(bundle, selection, duplicate_pairs.of_kind(pairs, kind), kind, f"{key}-{kind}")
    else:
        st.success("No duplicates found.", icon=":material/check_circle:")
    _kept_together(bundle)


def _kept_together(bundle: Bundle) -> None:
    section("Products kept together", "Products that share any of these are in the same split.")
    st.markdown(f"All products: {markdown(kept_together_summary(bundle.groups))}")
    listed = kept_together_table(bundle)
    if listed.empty:
        return
    show_table(listed, columns={"Products": COUNT, "Groups": COUNT, "Too common": COUNT}, height="content")
    if "Too common" in listed:
        st.caption(
            "Too common: products that share it with so many others that it does not make them one product."
        )
    download_table(listed, f"{bundle.name}-kept-together")


def _pairs(bundle: Bundle, selection: Selection, pairs: pd.DataFrame, kind: str, key: str) -> None:
    page = turn_pages(len(pairs), LISTED if bundle.private else PER_PAGE, _page_key(key, selection))
    if bundle.private:
        show_cells(duplicate_pairs.pair_table(bundle, pairs.iloc[page]))
    else:
        catalogue_boxes(bundle, duplicate_pairs.pair_boxes(bundle, pairs.iloc[page]), key)
    what = f"pairs of {selection.products}"
    with foot(figure_caption(bundle, len(pairs), what, note=duplicate_pairs.NOTES[kind])):
        download_table(lambda: duplicate_pairs.pair_table(bundle, pairs), f"{bundle.name}-pairs-{kind}")
    review_link()


def _page_key(key: str, selection: Selection) -> str:
    """Return the key of the page that is open: of other products, the first one is."""
    return f"{key}-{zlib.crc32(repr(selection).encode())}"

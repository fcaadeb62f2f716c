"""The parts of the Dataset page that ask for a second look: products entered twice, and what is doubtful."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import streamlit as st

from core.faults.fault_table import KINDS
from core.ui.downloads import download_table
from core.ui.parts import choose, empty, lead, page_of
from core.ui.products import faults_table
from core.views.captions import figure_caption
from core.views.dataset import duplicate_pairs
from core.views.dataset.fault_list import fault_list

if TYPE_CHECKING:
    import pandas as pd

    from core.bundle.reader import Bundle
    from core.views.selection import Selection

PAIRS_PER_PAGE = 12
FAULTS_PER_PAGE = 12


@st.fragment
def duplicates(bundle: Bundle, view: Selection, table: pd.DataFrame) -> None:
    """Show pairs of products that seem to be one; turning a page draws nothing else anew."""
    lead("Products entered twice", "Pairs that seem to be one product, the most alike first.")
    if bundle.faults is None:
        empty("Not in this bundle", "It was built by an older version: build it again.")
        return
    pairs = duplicate_pairs.duplicate_pairs(
        bundle.table, bundle.faults, bundle.groups, view.mask(bundle.table)
    )
    st.markdown(duplicate_pairs.duplicates_summary(pairs, bundle.groups, view.mask(bundle.table)))
    counts = {kind: len(duplicate_pairs.of_kind(pairs, kind)) for kind in duplicate_pairs.KINDS}
    kinds = [kind for kind, count in counts.items() if count]
    if not kinds:
        st.success("No pair was found.", icon=":material/check_circle:")
        return
    names = {kind: f"{duplicate_pairs.KINDS[kind]} ({counts[kind]:,})" for kind in kinds}
    key = f"{bundle.name}-pairs-{'-'.join(kinds)}"
    kind = choose("Kind", kinds, names, key, url="pairs", label_visibility="collapsed")
    shown = duplicate_pairs.of_kind(pairs, kind)
    listed = duplicate_pairs.pair_table(bundle, shown)
    if bundle.private:
        st.dataframe(listed, hide_index=True)
    else:
        start, stop = page_of(len(shown), PAIRS_PER_PAGE, f"{key}-{kind}-{zlib.crc32(repr(view).encode())}")
        st.html(duplicate_pairs.pair_gallery(bundle, shown.iloc[start:stop]))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(figure_caption(bundle, len(shown), view.words, note=duplicate_pairs.NOTES[kind]))
        download_table(listed, f"{bundle.name}-pairs-{kind}")
    st.page_link("pages/5_Review.py", label="Decide on them on the Review page", icon=":material/rule:")


@st.fragment
def doubts(bundle: Bundle, view: Selection, table: pd.DataFrame) -> None:
    """List the products that models find fault with; turning a page draws nothing else anew."""
    lead(
        "What is probably wrong",
        "Found by models that had not seen the product. Worst first; a person should look.",
    )
    if bundle.faults is None:
        empty("Not in this bundle", "It was built by an older version: build it again.")
        return
    faults = bundle.faults
    listed = faults[faults["is_issue"] & view.mask(bundle.table)[faults["row"]]]
    kinds = [kind for kind in KINDS if kind not in ("duplicate", "leak") and (listed["kind"] == kind).any()]
    if not kinds:
        st.success("Nothing was found.", icon=":material/check_circle:")
    else:
        counts = listed["kind"].value_counts()
        names = {kind: f"{KINDS[kind]} ({counts[kind]:,})" for kind in kinds}
        key = f"{bundle.name}-faults-{'-'.join(kinds)}"
        kind = choose("Kind", kinds, names, key, url="doubts", label_visibility="collapsed")
        chosen = listed[listed["kind"] == kind]
        start, stop = page_of(len(chosen), FAULTS_PER_PAGE, f"{key}-{kind}-{zlib.crc32(repr(view).encode())}")
        faults_table(bundle, chosen.iloc[start:stop])
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(figure_caption(bundle, len(chosen), view.words))
            download_table(fault_list(bundle, chosen), f"{bundle.name}-faults-{kind}")
        st.page_link("pages/5_Review.py", label="Decide on them on the Review page", icon=":material/rule:")
    if bundle.fairness is not None:
        st.caption(f"**Is the split fair?** {bundle.fairness['words']}")

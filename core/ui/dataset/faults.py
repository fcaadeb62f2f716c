"""The tab of the Dataset page on faults: products that are probably filed or described wrongly."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import streamlit as st

from core.faults.fault_table import KINDS
from core.ui.downloads import download_table
from core.ui.parts import choose, foot, lead, turn_pages
from core.ui.products import faults_table
from core.views.captions import figure_caption
from core.views.dataset.fault_list import fault_list
from core.views.listed_faults import fault_counts, listed_faults

if TYPE_CHECKING:
    import pandas as pd

    from core.bundle.reader import Bundle
    from core.views.selection import Selection

PER_PAGE = 12
OF_PAIRS = ("duplicate", "leak")
"""Kinds that the tab of duplicates shows."""


def review_link() -> None:
    """Link to the page on which faults are decided."""
    st.page_link("pages/5_Review.py", label="Decide on the Review page", icon=":material/rule:")


@st.fragment
def faults(bundle: Bundle, selection: Selection, table: pd.DataFrame) -> None:
    """List what is probably wrong; a fragment, so that turning a page redraws nothing else."""
    lead(
        "Likely faults",
        "Found by models that had not seen the product. Worst first. Click an image to see the product.",
    )
    issues = listed_faults(bundle.faults, selection.mask(bundle.table))
    counts = fault_counts(issues)
    kinds = [kind for kind in counts if kind not in OF_PAIRS]
    if kinds:
        names = {kind: f"{KINDS[kind]} ({counts[kind]:,})" for kind in kinds}
        key = f"{bundle.name}-faults-{'-'.join(kinds)}"
        kind = choose("Kind", kinds, names, key, url="faults", label_visibility="collapsed")
        _listed(bundle, selection, issues[issues["kind"] == kind], kind, f"{key}-{kind}")
    else:
        st.success("No faults found.", icon=":material/check_circle:")
    if bundle.split_inflation is not None:
        st.caption(f"**Is the split fair?** {bundle.split_inflation.sentence}")


def _listed(bundle: Bundle, selection: Selection, issues: pd.DataFrame, kind: str, key: str) -> None:
    page = turn_pages(len(issues), PER_PAGE, f"{key}-{zlib.crc32(repr(selection).encode())}")
    faults_table(bundle, issues.iloc[page], f"{key}-{page.start}")
    with foot(figure_caption(bundle, len(issues), selection.products)):
        download_table(lambda: fault_list(bundle, issues), f"{bundle.name}-faults-{kind}")
    review_link()

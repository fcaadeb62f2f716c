"""Go through likely faults, decide, and see what the corrections change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.ui import address
from core.ui.access import may_write
from core.ui.page import page
from core.ui.parts import errors
from core.ui.review.decision_list import decision_list
from core.ui.review.retraining import retraining
from core.ui.review.review_tab import review_tab

if TYPE_CHECKING:
    from core.bundle.reader import Bundle
    from core.views.selection import Selection

FIRST = "Review"


def show(bundle: Bundle, selection: Selection) -> None:
    """Draw the page."""
    names = [FIRST, "Decisions", *(["Train again"] if may_write() else [])]
    key = f"review-tabs-{len(names)}"
    address.restore("tab", key, {name: name for name in names}, FIRST)
    for tab, name in zip(st.tabs(names, on_change="rerun", key=key), names, strict=True):
        if not tab.open:
            continue
        address.write("tab", key, name, FIRST)
        with tab, errors():
            if name == FIRST:
                review_tab(bundle, selection.mask(bundle.table))
            elif name == "Decisions":
                decision_list(bundle)
            else:
                retraining(bundle)


page(
    "Review",
    "Review likely faults, and see what your corrections change.",
    show,
    filtered_by=("categories", "part"),
)

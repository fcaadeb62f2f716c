"""Go through likely faults, decide, and see what the corrections change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.bundle import decisions
from core.ui import loaders
from core.ui.access import may_write
from core.ui.page import page
from core.ui.parts import errors
from core.ui.review.decision_list import decision_list
from core.ui.review.one_by_one import one_by_one
from core.ui.review.retraining import retraining
from core.views.review.progress import review_of

if TYPE_CHECKING:
    from core.bundle.reader import Bundle
    from core.views.selection import Selection


def show(bundle: Bundle, selection: Selection) -> None:
    """Draw the page."""
    log = decisions.read(decisions.decisions_file(bundle))
    weak = st.session_state.get("review-weak", False)
    items, inside = loaders.review_items(bundle, weak=weak), selection.mask(bundle.table)
    review = review_of(bundle, [item for item in items if item.among(inside)], log)
    tabs = ["One by one", "Decisions", *(["Train again"] if may_write() else [])]
    one, listed, *again = st.tabs(tabs)
    with one:
        one_by_one(bundle, review)
    with listed:
        decision_list(bundle, log)
    for tab in again:
        with tab, errors():
            retraining(bundle, review)


page(
    "Review",
    "Review likely faults one by one, and see what your corrections change.",
    show,
    filtered_by=("categories", "part"),
)

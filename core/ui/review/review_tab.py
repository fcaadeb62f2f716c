"""The tab of the Review page that takes decisions: one product at a time, or many in a grid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core.bundle import decisions
from core.common.escaping import markdown
from core.ui.access import may_write
from core.ui.parts import PRIVATE, choose, empty, errors
from core.ui.review.grid import grid
from core.ui.review.one_by_one import NOTES, one_by_one
from core.ui.review.own_table import own_table
from core.ui.review.saving import ask_for_name, last_step, show_said, undo_button
from core.ui.review.shown_queue import WEAK, ShownQueue, choose_kind, choose_source, choose_state

if TYPE_CHECKING:
    from core.bundle.reader import Bundle
    from core.views.review.progress import Review

LOOKS = {"one": "One by one", "grid": "Grid"}
NOT_SEARCHED = " This catalogue was built without a search for faults. Build it again."


@st.fragment
def review_tab(bundle: Bundle, inside: np.ndarray) -> None:
    """Show what there is to review of the selected products, bool (n,); a decision reruns this part alone."""
    with errors():
        _review(bundle, inside)


def _review(bundle: Bundle, inside: np.ndarray) -> None:
    source = choose_source(bundle, inside)
    review = ShownQueue(bundle, source.items, None, "open").review()
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        look = "one"
        if may_write():
            look = choose("Look", list(LOOKS), LOOKS, "review-look", url="view", label_visibility="collapsed")
        if not source.is_sent:
            st.toggle("Include weaker findings", key=WEAK, persist_state="session", disabled=source.is_weaker)
    in_grid = look == "grid"
    kind = choose_kind(bundle, source, review, one=in_grid)
    if review.note and not in_grid:
        st.caption(markdown(review.note))
    state = "open" if in_grid else choose_state(bundle, source, review, kind)
    st.progress(review.count(kind, "decided") / max(1, review.count(kind)), markdown(review.summary(kind)))
    show_said()
    queue = ShownQueue(bundle, source.items, kind, state)
    if not queue.shown(review):
        _nothing(queue, review)
    elif in_grid:
        grid(queue, review, str(kind))
    else:
        one_by_one(queue, review)
    ask_for_name()
    _notes(bundle, in_grid=in_grid)


def _nothing(queue: ShownQueue, review: Review) -> None:
    if queue.state != "open":
        empty("Nothing here yet", "Skipped and decided products are listed here.", "inbox")
    elif review.items:
        then = "Download your table, or train again with the corrections." if review.corrections else ""
        empty("All done", then or "Skipped products can be looked through once more.", "task_alt")
    else:
        empty("Nothing to review", "No faults found.", "task_alt")
    if may_write():
        undo_button(queue.bundle, last_step(queue.bundle))
        if queue.state == "open" and review.corrections:
            log = decisions.read(decisions.decisions_file(queue.bundle))
            own_table(queue.bundle, decisions.decided_categories(log), "done")


def _notes(bundle: Bundle, *, in_grid: bool) -> None:
    keys = "" if in_grid else NOTES
    st.caption(
        f"{keys}Each decision is saved at once in a file beside the catalogue; the catalogue itself is not "
        "changed." + NOT_SEARCHED * (bundle.faults is None) + f" {PRIVATE}" * bundle.private
    )

"""Send products to *Review* from anywhere: a lasso, a confusion cell, a search, a list of doubts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from core.bundle.reader import Bundle

REVIEW = "pages/5_Review.py"


@dataclass(frozen=True)
class Sent:
    """Products that a visitor wants to review.

    Attributes
    ----------
    title
        Where they come from: "Selected on the map", "Mugs predicted as Cups".
    rows
        Their rows in the catalogue, in the order of review.
    """

    title: str
    rows: tuple[int, ...]


def review_button(
    bundle: Bundle, rows: Sequence[int], title: str, key: str, *, label: str = "Review these"
) -> None:
    """Offer to review catalogue rows; none where there is nothing to review."""
    if len(rows) and st.button(label, icon=":material/fact_check:", key=key):
        st.session_state[_key(bundle)] = Sent(title, tuple(int(row) for row in rows))
        st.switch_page(REVIEW)


def sent_to_review(bundle: Bundle) -> Sent | None:
    """Return what was sent to *Review* last, None if nothing was."""
    sent: Sent | None = st.session_state.get(_key(bundle))
    return sent


def forget_sent(bundle: Bundle) -> None:
    """Go back to the findings of the catalogue."""
    st.session_state.pop(_key(bundle), None)


def _key(bundle: Bundle) -> str:
    return f"review-sent-{bundle.name}"

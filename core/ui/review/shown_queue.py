"""What a visitor has chosen to review: the findings, or products sent here; a kind; what is still to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core.bundle import decisions
from core.common.escaping import markdown
from core.ui import address, loaders
from core.ui.parts import choose
from core.ui.review.saving import at
from core.ui.review.sending import forget_sent, sent_to_review
from core.views.formatting import counted
from core.views.review.items import KINDS
from core.views.review.progress import STATES, Review, review_of
from core.views.review.queue import chosen_items, weaker_instead

if TYPE_CHECKING:
    from core.bundle.reader import Bundle
    from core.views.review.item_list import ItemList
    from core.views.review.items import Item

ALL = "all"
WEAK = "review-weak"


@dataclass(frozen=True, eq=False)
class ShownQueue:
    """What is reviewed, in one order.

    Attributes
    ----------
    bundle, items
        Everything there is to review.
    kind, state
        What of it is shown: a kind, None for all, and one of `core.views.review.progress.STATES`.
    """

    bundle: Bundle
    items: Sequence[Item]
    kind: str | None
    state: str

    def review(self) -> Review:
        """Return how far the review is at this moment."""
        return review_of(self.bundle, self.items, decisions.read(decisions.decisions_file(self.bundle)))

    def shown(self, review: Review) -> ItemList:
        """Return the items that are shown one after the other."""
        return review.in_state(self.kind, self.state)

    def current(self, review: Review) -> Item | None:
        """Return the item to look at."""
        return review.current(self.shown(review), at(self.bundle))


@dataclass(frozen=True, eq=False)
class Source:
    """Where a review's items come from.

    Attributes
    ----------
    items
        All of them.
    is_sent
        Whether a visitor sent them here.
    is_weaker
        Whether they are weaker findings because there are no others.
    """

    items: Sequence[Item]
    is_sent: bool = False
    is_weaker: bool = False

    def key(self, bundle: Bundle, name: str) -> str:
        """Return the key of a widget: what is chosen among findings is kept apart from what was sent."""
        return f"review-{name}-{'sent-' * self.is_sent}{bundle.name}"


def choose_source(bundle: Bundle, inside: np.ndarray) -> Source:
    """Return what there is to review: what was sent here, else findings on selected products, bool (n,)."""
    if address.asked("kind"):  # somebody wants to see findings
        forget_sent(bundle)
    sent = sent_to_review(bundle)
    if sent is not None:
        rows = [row for row in sent.rows if row < bundle.manifest.rows]  # it may have been built anew since
        _sent_banner(bundle, sent.title, len(rows))
        found = loaders.review_items(bundle, weak=True)
        return Source(chosen_items(bundle, found, rows, sent.title), is_sent=True)
    weak = bool(st.session_state.get(WEAK, False))
    strong, every = (loaders.review_items(bundle, weak=wanted).among(inside) for wanted in (False, True))
    if not weak and weaker_instead(strong) and len(every) > len(strong):
        st.caption("No clear findings. Weaker ones are listed instead: many of these products may be right.")
        return Source(every, is_weaker=True)
    return Source(every if weak else strong)


def choose_kind(bundle: Bundle, source: Source, review: Review, *, one: bool) -> str | None:
    """Let the visitor choose a kind of finding; all of them, None, unless it has to be `one`."""
    kinds = review.kinds()
    if len(kinds) < 2:
        return kinds[0] if one and kinds else None
    names = {} if one else {ALL: f"All ({review.count(None):,})"}
    names |= {kind: f"{KINDS[kind]} ({review.count(kind):,})" for kind in kinds}
    chosen = choose(
        "Kind",
        list(names),
        names,
        source.key(bundle, "kind"),
        url="" if source.is_sent else "kind",
        label_visibility="collapsed",
    )
    return None if chosen == ALL else chosen


def choose_state(bundle: Bundle, source: Source, review: Review, kind: str | None) -> str:
    """Let the visitor choose between what is to do, skipped and decided."""
    names = {state: f"{word} ({review.count(kind, state):,})" for state, word in STATES.items()}
    key = source.key(bundle, "state")
    return choose("Show", list(STATES), names, key, label_visibility="collapsed")


def _sent_banner(bundle: Bundle, title: str, count: int) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            f":material/fact_check: **{markdown(title)}**: {counted(count, 'product')}", width="stretch"
        )
        st.button(
            "Back to all findings",
            "review-forget-sent",
            icon=":material/arrow_back:",
            on_click=forget_sent,
            args=(bundle,),
        )

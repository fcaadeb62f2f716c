"""The tab of the Review page that shows one product, or a pair, at a time, and takes decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core.bundle import decisions
from core.common.escaping import markdown
from core.ui import loaders
from core.ui.access import may_write, require_write, user
from core.ui.parts import PRIVATE, choose, empty, errors
from core.views.review.held_out_answers import candidates
from core.views.review.product_panel import product_panel
from core.views.review.progress import STATES, decide
from core.views.review.queue import KINDS, MOST_UNCERTAIN

if TYPE_CHECKING:
    from core.bundle.decisions import Key, ReviewDecision
    from core.bundle.reader import Bundle
    from core.views.review.progress import Review
    from core.views.review.queue import Item

FAULTY = {"image": "Wrong image", "text": "Wrong text", "outlier": "Outlier"}
ALL = "all"
NOTES = (
    "Keyboard shortcuts work while no field is active. Each decision is saved at once in a file beside the "
    "catalogue; the catalogue itself is not changed. "
    f"{KINDS['uncertain']}: up to {MOST_UNCERTAIN} test products; models have learned from all others."
)
NOT_SEARCHED = " This catalogue was built without a search for faults. Build it again."


def one_by_one(bundle: Bundle, review: Review) -> None:
    """Show what there is to review, one thing at a time."""
    kind = _choose_kind(bundle, review)
    if review.note:
        st.caption(markdown(review.note))
    state = _choose_state(bundle, review, kind)
    st.progress(review.count(kind, "decided") / max(1, review.count(kind)), markdown(review.summary(kind)))
    shown = review.in_state(kind, state)
    item = review.current(shown, st.session_state.get(f"review-at-{bundle.name}"))
    if item is not None:
        _item(bundle, review, item, shown)
    else:
        _nothing(review, state)
        if may_write():
            _undo(bundle)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.toggle("Include weaker findings", key="review-weak", persist_state="session")
        if may_write() and not user():
            st.text_input(
                "Reviewer", key="review-who", persist_state="session", placeholder="Your name",
                label_visibility="collapsed", width=220,
            )  # fmt: skip
    st.caption(NOTES + NOT_SEARCHED * (bundle.faults is None) + f" {PRIVATE}" * bundle.private)


def _choose_kind(bundle: Bundle, review: Review) -> str | None:
    kinds = (None, *review.kinds())
    names = {kind or ALL: f"{KINDS.get(kind or '', 'All')} ({review.count(kind):,})" for kind in kinds}
    chosen = choose("Kind", list(names), names, f"review-kind-{bundle.name}", label_visibility="collapsed")
    return None if chosen == ALL else chosen


def _choose_state(bundle: Bundle, review: Review, kind: str | None) -> str:
    names = {state: f"{word} ({review.count(kind, state):,})" for state, word in STATES.items()}
    return choose("Show", list(STATES), names, f"review-view-{bundle.name}", label_visibility="collapsed")


def _nothing(review: Review, state: str) -> None:
    if state != "open":
        empty("Nothing here yet", "Skipped and decided products are listed here.", "inbox")
    elif review.items:
        empty("All done", "Look through the skipped products, or go to the next tab.", "task_alt")
    else:
        empty("Nothing to review", "No faults found.", "task_alt")


@dataclass(frozen=True, eq=False)
class _Context:
    """What a decision on an item needs to be saved.

    Attributes
    ----------
    bundle, item
        What is decided on.
    after
        The item to show next.
    form
        What the keys of this item's widgets begin with.
    """

    bundle: Bundle
    item: Item
    after: Key
    form: str

    def button(self, text: str, key: str, action: str, category: str, icon: str | None = None) -> None:
        """Offer a decision, by a click or by a key."""
        st.button(
            text,
            f"{self.form}-{key}",
            shortcut=key,
            icon=icon,
            on_click=_decide,
            args=(self, action, category),
        )


def _item(bundle: Bundle, review: Review, item: Item, shown: Sequence[Item]) -> None:
    """Show one product, or a pair, and the decisions that can be taken."""
    current = review.corrections.get(item.sku, str(bundle.table["category"].iat[item.row]))
    held_out = loaders.held_out_answers(bundle)
    answered = held_out.of(item.row)
    with st.container(border=True):
        st.html(product_panel(bundle, item, current, answered, by_bundle=bool(held_out.by_bundle[item.row])))
    place = shown.index(item)
    after = shown[(place + 1) % len(shown)].key
    context = _Context(bundle, item, after, f"review-{bundle.fingerprint}-{'-'.join(item.key)}")
    decided = review.applying.get(item.key)
    with st.container(horizontal=True, gap="small"):
        if may_write():
            _verdicts(context, current)
            _undo(bundle, decided)
        for text, key, step in (("Back", "Left", -1), ("Next", "Right", 1)):
            at = shown[(place + step) % len(shown)].key
            st.button(text, f"review-{key}", type="tertiary", shortcut=key, on_click=_go, args=(bundle, at))
    if may_write():
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            _corrections(context, answered, current)
    if decided:
        time = decided.time[:16].replace("T", " ")
        st.caption(f"{decisions.ACTIONS[decided.action]} {markdown(time)} UTC {markdown(decided.who)}")


def _verdicts(context: _Context, current: str) -> None:
    """Offer the decisions that leave the category as it is."""
    item = context.item
    keep = "Different products" if item.is_pair else f"Keep {markdown(current)}"
    context.button(keep, "K", "keep", current, ":material/check:")
    faults = [FAULTY[kind] for kind in item.kinds if kind in FAULTY]
    for fault in ["Same product"] if item.is_pair else faults[:1]:
        context.button(fault, "F", "confirm", current, ":material/flag:")
    context.button("Skip", "S", "skip", current, ":material/skip_next:")


def _corrections(context: _Context, answered: dict[str, np.ndarray], current: str) -> None:
    """Offer other categories: the likely ones as buttons, all of them in a list."""
    bundle = context.bundle
    st.markdown("Change to", width="content")
    for number, name in enumerate(candidates(bundle, context.item, answered, current), 1):
        context.button(markdown(name), str(number), "correct", name)
    st.selectbox(
        "Another category", [name for name in bundle.classes if name != current], index=None,
        key=f"{context.form}-any", placeholder="Another category …", label_visibility="collapsed", width=190,
        on_change=_decide, args=(context, "correct", None),
    )  # fmt: skip


def _undo(bundle: Bundle, decided: ReviewDecision | None = None) -> None:
    """Offer to take back what was decided on the product that is shown, else what was decided last here."""
    mine: list[ReviewDecision] = st.session_state.get(_mine(bundle), [])
    last = decided or (mine[-1] if mine else None)
    st.button(
        "Undo", "review-U", shortcut="U", icon=":material/undo:",
        disabled=last is None, on_click=_take_back, args=(bundle, last),
    )  # fmt: skip


def _mine(bundle: Bundle) -> str:
    return f"review-mine-{bundle.name}"


def _decide(context: _Context, action: str, category: str | None) -> None:
    """Save a decision and go on; a key that is pressed twice decides once."""
    bundle = context.bundle
    mine: list[ReviewDecision] = st.session_state.setdefault(_mine(bundle), [])
    new = category or st.session_state[f"{context.form}-any"]
    last, who = (mine[-1] if mine else None), _reviewer()
    with errors():
        require_write()
        decision = decide(bundle, context.item, action, new, who, last)
        if decision is not last:
            mine.append(decision)
        _go(bundle, context.after)


def _take_back(bundle: Bundle, decision: ReviewDecision) -> None:
    with errors():
        require_write()
        file = decisions.decisions_file(bundle)
        decisions.take_back(file, decision.id, _reviewer())
        mine = st.session_state.get(_mine(bundle), [])
        st.session_state[_mine(bundle)] = [one for one in mine if one.id != decision.id]
        _go(bundle, decision.key)


def _reviewer() -> str:
    """Return who decides: the address that a visitor logged in with, else the name that was entered."""
    return user() or str(st.session_state.get("review-who", ""))


def _go(bundle: Bundle, key: Key) -> None:
    st.session_state[f"review-at-{bundle.name}"] = key

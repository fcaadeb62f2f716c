"""One product, or a pair, at a time, and the decisions on it: by buttons and by keys."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from core.bundle import decisions
from core.common.escaping import markdown
from core.ui import loaders
from core.ui.access import may_write
from core.ui.product_card import ask_for, open_asked
from core.ui.review.keys import hear
from core.ui.review.saving import (
    decided_elsewhere,
    go,
    last_step,
    recent_categories,
    reviewer,
    save,
    say,
    take_back,
    undo_button,
)
from core.views.formatting import shorten_category
from core.views.review.category_names import last_part_first
from core.views.review.items import KINDS
from core.views.review.meanwhile import left_alone
from core.views.review.product_panel import product_panel
from core.views.review.progress import decision_on, repeats
from core.views.review.queue import MOST_UNCERTAIN
from core.views.review.verdicts import CONFIRM, KEEP, SKIP, Verdict, confirmation, verdicts

if TYPE_CHECKING:
    from core.bundle.decisions import Key, ReviewDecision
    from core.bundle.reader import Bundle
    from core.ui.review.shown_queue import ShownQueue
    from core.views.review.items import Item
    from core.views.review.progress import Review

UNDO = "u"
OPENED = "review-one"
STEPS = {"ArrowLeft": -1, "ArrowRight": 1}
HEARD = (*"1234", KEEP, CONFIRM, SKIP, UNDO)
ICONS = {KEEP: ":material/check:", CONFIRM: ":material/flag:", SKIP: ":material/skip_next:"}
NOTES = (
    "The keys on the buttons work while no field is active. "
    f"{KINDS['uncertain']}: up to {MOST_UNCERTAIN} test products; models have learned from all others. "
)


def one_by_one(queue: ShownQueue, review: Review) -> None:
    """Show one product, or a pair, and the decisions that can be taken."""
    bundle, item = queue.bundle, queue.current(review)
    if item is None:
        return
    held_out = loaders.held_out_answers(bundle)
    answered, current = held_out.of(item.row), review.category(bundle, item)
    decided = review.applying.get(item.key)
    offered = verdicts(bundle, item, answered, current, recent_categories(bundle))
    _see(queue, review)
    with st.container(border=True):
        st.html(product_panel(bundle, item, current, answered, by_bundle=bool(held_out.by_bundle[item.row])))
    if may_write():
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            for verdict in sorted(offered, key=lambda verdict: not verdict.likely):
                _button(queue, item, verdict, decided)
            _any_category(queue, item, current, decided)
    with st.container(horizontal=True, gap="small"):
        if may_write():
            undo_button(bundle, (decided,) if decided else last_step(bundle), UNDO)
        for text, arrow, step in (("Back", "←", -1), ("Next", "→", 1)):
            key = _neighbour(queue, review, item, step)
            st.button(f"{text} `{arrow}`", f"review-{text}", type="tertiary", on_click=go, args=(bundle, key))
        st.button("Open product", "review-open", type="tertiary", on_click=ask_for, args=(OPENED, item.row))
    open_asked(bundle, OPENED)
    if decided:
        time = decided.time[:16].replace("T", " ")
        st.caption(f"{decisions.ACTIONS[decided.action]} {markdown(time)} UTC {markdown(decided.who)}")
    hear("review-keys", (*STEPS, *(HEARD if may_write() else ())), partial(_press, queue))


def _button(queue: ShownQueue, item: Item, verdict: Verdict, seen: ReviewDecision | None) -> None:
    """Offer a decision, by a click; its key stands behind it."""
    words, help = _words(item, verdict)
    st.button(
        f"{markdown(words)} `{verdict.key.upper()}`",
        f"{_form(queue.bundle, item)}-{verdict.key}",
        help=help and markdown(help),
        icon=ICONS.get(verdict.key),
        type="primary" if verdict.likely else "secondary",
        on_click=_decide,
        args=(queue, item, verdict.action, verdict.category, seen),
    )


def _words(item: Item, verdict: Verdict) -> tuple[str, str | None]:
    """Return what a button says, and on hover where that is cut."""
    if verdict.key == SKIP:
        return "Skip", None
    if verdict.key == CONFIRM:
        return confirmation(item), None
    if verdict.key == KEEP and item.is_pair:
        return "Different products", None
    short = shorten_category(verdict.category)
    words = f"Keep {short}" if verdict.key == KEEP else f"Move to {short}"
    return words, verdict.category if short != verdict.category else None


def _any_category(queue: ShownQueue, item: Item, current: str, seen: ReviewDecision | None) -> None:
    key = f"{_form(queue.bundle, item)}-any"

    def move() -> None:
        _decide(queue, item, "correct", str(st.session_state[key]), seen)

    st.selectbox(
        "Another category", [name for name in queue.bundle.classes if name != current], index=None,
        key=key, placeholder="Move to another category …", label_visibility="collapsed", width=260,
        format_func=last_part_first, on_change=move,
    )  # fmt: skip


def _form(bundle: Bundle, item: Item) -> str:
    return f"review-{bundle.fingerprint}-{'-'.join(item.key)}"


def _neighbour(queue: ShownQueue, review: Review, item: Item, step: int) -> Key:
    shown = queue.shown(review)
    place = shown.place(item.key)
    assert place is not None, "only of what is shown there is a next one"
    return shown[(place + step) % len(shown)].key


def _see(queue: ShownQueue, review: Review) -> None:
    """Note down what is on the screen, or will be when presses that are on their way have been counted."""
    item = queue.current(review)
    st.session_state[f"review-seen-{queue.bundle.name}"] = item and (item, review.applying.get(item.key))


def _press(queue: ShownQueue, key: str) -> None:
    """Do what a key says to the product that is next at this moment, which may not be on the screen yet.

    If somebody else has decided on the one that is, it has gone from the list: the key is not for the next.
    """
    review = queue.review()
    item = queue.current(review)
    if item is None:
        return
    decided = review.applying.get(item.key)
    seen: tuple[Item, ReviewDecision | None] | None
    seen = st.session_state.get(f"review-seen-{queue.bundle.name}")
    if key in STEPS:
        go(queue.bundle, _neighbour(queue, review, item, STEPS[key]))
    elif seen and decided_elsewhere(queue.bundle, review.applying.get(seen[0].key), seen[1]):
        say(left_alone(queue.bundle, review, [seen[0]]))
    elif key == UNDO:
        take_back(queue.bundle, (decided,) if decided else last_step(queue.bundle))
    else:
        answered = loaders.held_out_answers(queue.bundle).of(item.row)
        current = review.category(queue.bundle, item)
        offered = verdicts(queue.bundle, item, answered, current, recent_categories(queue.bundle))
        for verdict in offered:
            if verdict.key == key:
                _decide(queue, item, verdict.action, verdict.category, decided)
    _see(queue, queue.review())


def _decide(queue: ShownQueue, item: Item, action: str, category: str, seen: ReviewDecision | None) -> None:
    """Save a decision and go on.

    What is decided so already, by a click on what has gone, is left alone; so is, and that is said, what
    somebody else has decided since the item was `seen`.
    """
    review = queue.review()
    shown = queue.shown(review)
    decision = decision_on(queue.bundle, item, action, category, reviewer())
    if repeats(decision, review.applying.get(item.key)):
        return
    if decided_elsewhere(queue.bundle, review.applying.get(item.key), seen):
        say(left_alone(queue.bundle, review, [item]))
        return
    after = _neighbour(queue, review, item, 1) if item in shown else None
    save(queue.bundle, [decision], after)

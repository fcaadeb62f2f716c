"""Many products of one kind of finding: tick those that are right, decide on the rest at once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import streamlit as st

from core.common.escaping import markdown
from core.ui.parts import turn_pages
from core.ui.product_card import ask_for, open_asked
from core.ui.review.saving import decided_elsewhere, last_step, reviewer, save, say, undo_button
from core.views.formatting import counted, shorten_category
from core.views.review.grid import PER_PAGE, Batch, batch_of, by_suggestion, decide_all, fits
from core.views.review.meanwhile import left_alone
from core.views.review.tiles import tile

if TYPE_CHECKING:
    from core.bundle.decisions import Key
    from core.bundle.reader import Bundle
    from core.ui.review.shown_queue import ShownQueue
    from core.views.review.items import Item
    from core.views.review.progress import Review

TILE = 165
"""Pixels that a product has at least."""

OPENED = "review-grid"


def grid(queue: ShownQueue, review: Review, kind: str) -> None:
    """Show a page of products, those with the same suggestion together, and what is decided on them."""
    bundle, batch = queue.bundle, batch_of(kind)
    items = by_suggestion(queue.shown(review))
    buttons = st.container(horizontal=True, vertical_alignment="center")
    places = st.container()
    page = turn_pages(len(items), PER_PAGE, f"review-grid-{bundle.name}-{kind}")
    items = items[page]
    ticked: set[Key] = set()
    with places:
        for suggestion, together in groupby(items, lambda item: item.suggestion):
            group = list(together)
            if suggestion is not None:
                count = counted(len(group), "product")
                st.markdown(
                    f"**Suggested: {markdown(shorten_category(suggestion))}** · {count}",
                    help=markdown(suggestion) if shorten_category(suggestion) != suggestion else None,
                )
            with st.grid(min_column_width=TILE):
                for item in group:
                    if _tile(bundle, review, item, batch):
                        ticked.add(item.key)
    with buttons:
        _buttons(queue, review, kind, batch, items, ticked)
    open_asked(bundle, OPENED)


def _tile(bundle: Bundle, review: Review, item: Item, batch: Batch) -> bool:
    """Show a product; return whether it has a tick."""
    with st.container(gap="xxsmall"):
        st.html(tile(bundle, item, review.category(bundle, item)))
        key = f"{bundle.fingerprint}-{'-'.join(item.key)}"
        ticked = False
        if fits(item, batch):
            ticked = st.checkbox(batch.tick, key=f"review-tick-{key}")
        else:
            st.caption("One by one only")
        st.button(
            "Open product", f"review-open-{key}", type="tertiary", on_click=ask_for, args=(OPENED, item.row)
        )
        return ticked


def _buttons(
    queue: ShownQueue, review: Review, kind: str, batch: Batch, items: Sequence[Item], ticked: set[Key]
) -> None:
    fitting = [item for item in items if fits(item, batch)]
    rest = len(fitting) - len(ticked)
    if rest:
        words = batch.words(kind, rest, all_of_them=not ticked)
    else:
        words = "Keep all as they are" if batch.ticked == "keep" else "Skip all"
    st.button(
        words,
        "review-batch",
        type="primary",
        icon=":material/done_all:",
        disabled=not fitting,
        on_click=_decide,
        args=(queue, review, batch, fitting, ticked),
    )
    undo_button(queue.bundle, last_step(queue.bundle))


def _decide(queue: ShownQueue, review: Review, batch: Batch, items: Sequence[Item], ticked: set[Key]) -> None:
    """Save the decisions on a page; what somebody else has decided meanwhile is left alone, and said."""
    now = queue.review()
    still = [item for item in items if now.applying.get(item.key) == review.applying.get(item.key)]
    others = [
        item
        for item in items
        if decided_elsewhere(queue.bundle, now.applying.get(item.key), review.applying.get(item.key))
    ]
    decided = decide_all(queue.bundle, now, still, batch, ticked, reviewer())
    if decided:
        save(queue.bundle, decided, None)
    if others:
        say(left_alone(queue.bundle, now, others))

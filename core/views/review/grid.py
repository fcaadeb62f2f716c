"""Many products under one suspicion at once: which belong together, and what one decision does to them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.views.review.item_list import ItemList
from core.views.review.progress import decision_on
from core.views.review.verdicts import FAULTY, confirmation

if TYPE_CHECKING:
    from core.bundle.decisions import Key, ReviewDecision
    from core.bundle.reader import Bundle
    from core.views.review.items import Item
    from core.views.review.progress import Review

PER_PAGE = 24


@dataclass(frozen=True)
class Batch:
    """What is decided on many items of one kind at once.

    Attributes
    ----------
    tick
        The words beside the box of an item that is to be treated otherwise.
    rest, ticked
        What is decided on the others, and on those with a tick: "move" to the suggested category, or one of
        `core.bundle.decisions.ACTIONS`.
    """

    tick: str
    rest: str
    ticked: str

    def words(self, kind: str, count: int, *, all_of_them: bool) -> str:
        """Return what the button says that decides on `count` items, the ones without a tick."""
        if count == 1:
            them = "this one" if all_of_them else "the other one"
        else:
            them = f"all {count:,}" if all_of_them else f"the other {count:,}"
        if self.rest == "move":
            to = "its suggested category" if count == 1 else "their suggested categories"
            return f"Move {them} to {to}"
        if self.rest == "keep":
            return f"Keep {them} as {'it is' if count == 1 else 'they are'}"
        return f"Confirm {them}: {FAULTY.get(kind, 'same product').lower()}"


MOVE = Batch("Right as it is", "move", "keep")
CONFIRM = Batch("Right as it is", "confirm", "keep")
PAIRS = Batch("Different products", "confirm", "keep")
KEEP = Batch("Look at it later", "keep", "skip")


def batch_of(kind: str) -> Batch:
    """Return what can be decided on many items of a kind."""
    if kind == "label":
        return MOVE
    if kind in FAULTY:
        return CONFIRM
    return PAIRS if kind in ("duplicate", "leak") else KEEP


def fits(item: Item, batch: Batch) -> bool:
    """Whether the batch has a decision for an item."""
    if batch.rest == "move":
        return item.suggestion is not None
    return batch.rest == "keep" or bool(confirmation(item))


def by_suggestion(items: Sequence[Item]) -> ItemList:
    """Order items by their suggested category, the most frequent one first; those without one come last."""
    listed = ItemList.of(items)
    names, first, of, counts = np.unique(
        listed.suggested, return_index=True, return_inverse=True, return_counts=True
    )
    order = np.lexsort((first[of], -counts[of], (names < 0)[of]))
    return listed.take(order)


def decide_all(
    bundle: Bundle,
    review: Review,
    items: Sequence[Item],
    batch: Batch,
    ticked: Collection[Key],
    who: str = "",
) -> list[ReviewDecision]:
    """Return a decision on each item that the batch has one for, to be saved together."""
    decisions = []
    for item in items:
        if not fits(item, batch):
            continue
        action = batch.ticked if item.key in ticked else batch.rest
        if action == "move":
            decisions.append(decision_on(bundle, item, "correct", str(item.suggestion), who))
        else:
            decisions.append(decision_on(bundle, item, action, review.category(bundle, item), who))
    return decisions

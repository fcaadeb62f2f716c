"""Which decisions hold for a bundle, and what is still to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from core.bundle.decisions import Key, Log, ReviewDecision, decisions_file, read, save
from core.views.review.queue import KINDS, Item

if TYPE_CHECKING:
    from core.bundle.reader import Bundle

STATES = {"open": "To do", "skipped": "Skipped", "decided": "Decided"}
"""State of an item -> what it is called."""


@dataclass(frozen=True)
class Review:
    """A bundle's items and what was decided on them.

    Attributes
    ----------
    items
        All there is to review.
    holding
        What a decision is about -> the last one that holds.
    corrections
        sku -> category, for the bundle's products that are moved.
    """

    items: tuple[Item, ...]
    holding: Mapping[Key, ReviewDecision]
    corrections: Mapping[str, str]

    def state(self, item: Item) -> str:
        """Return one of `VIEWS`."""
        decision = self.holding.get(item.key)
        if decision is None:
            return "open"
        return "skipped" if decision.action == "skip" else "decided"

    def shown(self, kind: str | None, view: str) -> list[Item]:
        """Return the items of one kind, None for all, that are in one state."""
        return [item for item in self.items if kind in (None, *item.kinds) and self.state(item) == view]

    def count(self, kind: str | None, view: str) -> int:
        """Return how many items `shown` returns."""
        return self._counts[kind, view]

    @cached_property
    def _counts(self) -> Counter[tuple[str | None, str]]:
        each = ((item.kinds, self.state(item)) for item in self.items)
        return Counter((kind, state) for kinds, state in each for kind in (None, *kinds))

    def kinds(self) -> tuple[str, ...]:
        """Return the kinds there are items of, in the order of review."""
        known = {kind for kind, _ in self._counts}
        return tuple(kind for kind in KINDS if kind in known)

    def current(self, shown: Sequence[Item], at: Key | None) -> Item | None:
        """Return the item of `shown` to look at: the one `at`, or the next after its place, or the first."""
        place = {item.key: number for number, item in enumerate(self.items)}
        from_here = place.get(at, 0) if at is not None else 0
        later = [item for item in shown if place[item.key] >= from_here]
        return (later or list(shown) or [None])[0]

    def words(self, kind: str | None) -> str:
        """Say how far the review of one kind is, of all for None: "12 of 61 decided · 3 moved"."""
        items = [item for item in self.items if kind in (None, *item.kinds)]
        decided = [self.holding[i.key] for i in items if self.state(i) == "decided"]
        moved = sum(decision.action == "correct" for decision in decided)
        skipped = sum(self.state(item) == "skipped" for item in items)
        said = f"{len(decided):,} of {len(items):,} decided · {moved:,} moved"
        return said + (f" · {skipped:,} skipped" if skipped else "")


def review_of(bundle: Bundle, items: Sequence[Item], log: Log) -> Review:
    """Sort out which decisions hold.

    One holds as long as the catalogue files its product as it did then, or as was decided: once the catalogue
    says a third thing, the question is open again. The last of several on one thing counts.
    """
    holding: dict[Key, ReviewDecision] = {}
    category: dict[str, str] = {}
    for decision in log.decisions:
        if filed_under(bundle, decision.sku) not in (decision.old, decision.new):
            continue
        holding.pop(decision.key, None)
        holding[decision.key] = decision
    for decision in holding.values():
        if decision.action != "skip":
            category[decision.sku] = decision.new
    known = set(bundle.classes)
    corrections = {
        sku: new for sku, new in category.items() if new in known and new != filed_under(bundle, sku)
    }
    return Review(tuple(items), holding, corrections)


def filed_under(bundle: Bundle, sku: str) -> str | None:
    """Return the category that the catalogue gives a product, None for one it does not have."""
    try:
        return bundle.table["category"].iat[bundle.row(sku)]
    except KeyError:
        return None


def decide(
    bundle: Bundle, item: Item, action: str, category: str, who: str = "", last: ReviewDecision | None = None
) -> ReviewDecision:
    """Save a decision on `item`; to "keep" or "correct" is to file it under `category`.

    Where it says what the `last` decision says, as when a key is pressed twice, that one is returned.

    Raises
    ------
    CoreError
        It cannot be saved.
    """
    filed = bundle.table["category"].iat[item.row]
    if action in ("keep", "correct"):
        action = "correct" if category != filed and not (item.is_pair and action == "keep") else "keep"
    file = decisions_file(bundle)
    same = last is not None and (last.key, last.action, last.new) == (item.key, action, category)
    if same and last in read(file).decisions:  # else it was taken back since
        return last
    return save(
        file,
        sku=item.sku,
        other=item.other_sku,
        kind=item.findings[0].kind,
        action=action,
        old=filed,
        new=category,
        who=who,
    )


def corrected_labels(bundle: Bundle, corrections: Mapping[str, str]) -> np.ndarray:
    """Return each product's category after review, int64 (rows,): positions in the bundle's classes."""
    number = {name: place for place, name in enumerate(bundle.classes)}
    labels = bundle.labels.copy()
    for sku, name in corrections.items():
        labels[bundle.row(sku)] = number[name]
    return labels

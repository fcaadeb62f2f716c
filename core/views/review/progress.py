"""The progress of a review: which decisions apply to a bundle, and what is still to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from core.bundle.decisions import Key, Log, ReviewDecision, new_decision
from core.common.categories import positions_of
from core.views.categories import category_of
from core.views.review.item_list import ItemList
from core.views.review.items import KINDS, Item

if TYPE_CHECKING:
    from core.bundle.reader import Bundle

STATES = {"open": "To do", "skipped": "Skipped", "decided": "Decided"}
"""State of an item -> its name."""
_PLACE = positions_of(STATES)


@dataclass(frozen=True)
class Review:
    """A bundle's review items and the decisions on them.

    Attributes
    ----------
    items
        All there is to review.
    applying
        Product or pair -> the last decision that applies.
    corrections
        sku -> category, for the bundle's products that are moved.
    """

    items: ItemList
    applying: Mapping[Key, ReviewDecision]
    corrections: Mapping[str, str]

    def state(self, item: Item) -> str:
        """Return one of `STATES`."""
        decision = self.applying.get(item.key)
        return "open" if decision is None else _state_after(decision)

    def category(self, bundle: Bundle, item: Item) -> str:
        """Return the category of an item's product after the decisions so far."""
        return self.corrections.get(item.sku, category_of(bundle.table, item.row))

    def in_state(self, kind: str | None, state: str) -> ItemList:
        """Return the items of one kind, None for all, that are in one state."""
        return self.items.take(self._of_kind(kind) & (self._states == _PLACE[state]))

    def count(self, kind: str | None, state: str | None = None) -> int:
        """Return how many items of one kind, None for all, are in one state, None for any."""
        counts = self._counts[kind]
        return int(counts.sum() if state is None else counts[_PLACE[state]])

    @property
    def note(self) -> str:
        """Why the kinds add up to more than all; "" where they do not."""
        several = int((self.items.kinds.sum(axis=1) > 1).sum())
        if not several:
            return ""
        are, count = ("is", "counts") if several == 1 else ("are", "count")
        return f"{several:,} of the {len(self.items):,} {are} of more than one kind and {count} in each."

    @cached_property
    def _states(self) -> np.ndarray:
        """The state of each item, int64 (m,): a position in `STATES`."""
        states = np.full(len(self.items.columns.rows), _PLACE["open"], dtype=np.int64)
        for key, decision in self.applying.items():
            at = self.items.columns.find(key)
            if at is not None:
                states[at] = _PLACE[_state_after(decision)]
        return np.asarray(states[self.items.positions])

    @cached_property
    def _counts(self) -> dict[str | None, np.ndarray]:
        """Kind, None for all -> its items in each of `STATES`, int64."""
        return {
            kind: np.bincount(self._states[self._of_kind(kind)], minlength=len(STATES))
            for kind in (None, *KINDS)
        }

    def _of_kind(self, kind: str | None) -> np.ndarray:
        """Return which items are of a kind, None for all: bool (m,)."""
        if kind is None:
            return np.ones(len(self.items), dtype=bool)
        return np.asarray(self.items.kinds[:, list(KINDS).index(kind)])

    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of the items, in the order of review."""
        return tuple(kind for kind in KINDS if self.count(kind))

    def current(self, shown: Sequence[Item], at: Key | None) -> Item | None:
        """Return the item of `shown` to look at: the one `at`, or the next after it, or the first."""
        if not len(shown):
            return None
        start = self.items.place(at) if at is not None else None
        places = self._places(ItemList.of(shown))
        later = np.flatnonzero(places >= (start or 0))
        return shown[int(later[0])] if len(later) else shown[0]

    def _places(self, shown: ItemList) -> np.ndarray:
        """Return where shown items stand among all, int64 (m,)."""
        if shown.columns is self.items.columns:
            order = np.argsort(self.items.positions, kind="stable")
            return np.asarray(order[np.searchsorted(self.items.positions, shown.positions, sorter=order)])
        return np.array([self.items.place(item.key) for item in shown])

    def summary(self, kind: str | None) -> str:
        """Return how far the review of one kind is, of all for None: "12 of 61 decided · 3 moved"."""
        decided, skipped = self.count(kind, "decided"), self.count(kind, "skipped")
        actions = [self.applying[item.key].action for item in self.in_state(kind, "decided")]
        moved = actions.count("correct")
        summary = f"{decided:,} of {self.count(kind):,} decided · {moved:,} moved"
        return summary + (f" · {skipped:,} skipped" if skipped else "")


def _state_after(decision: ReviewDecision) -> str:
    return "skipped" if decision.action == "skip" else "decided"


def review_of(bundle: Bundle, items: Sequence[Item], log: Log) -> Review:
    """Find the decisions that apply to a bundle.

    A decision applies while the catalogue has its product in the old category or in the one decided for. If
    it has a third one, the item is open again. The last of several decisions on one item counts.
    """
    applying: dict[Key, ReviewDecision] = {}
    category: dict[str, str] = {}
    for decision in log.decisions:
        if catalogue_category(bundle, decision.sku) not in (decision.old, decision.new):
            continue
        applying.pop(decision.key, None)
        applying[decision.key] = decision
    for decision in applying.values():
        if decision.action != "skip":
            category[decision.sku] = decision.new
    known = set(bundle.classes)
    corrections = {
        sku: new for sku, new in category.items() if new in known and new != catalogue_category(bundle, sku)
    }
    return Review(ItemList.of(items), applying, corrections)


def catalogue_category(bundle: Bundle, sku: str) -> str | None:
    """Return a product's category in the catalogue, None for a product it does not have."""
    try:
        return category_of(bundle.table, bundle.row(sku))
    except KeyError:
        return None


def decision_on(bundle: Bundle, item: Item, action: str, category: str, who: str = "") -> ReviewDecision:
    """Return a decision on `item` that is not saved yet; "keep" and "correct" put it in `category`."""
    old = category_of(bundle.table, item.row)
    if action in ("keep", "correct"):
        action = "correct" if category != old and not (item.is_pair and action == "keep") else "keep"
    return new_decision(
        sku=item.sku,
        other=item.other_sku,
        kind=item.findings[0].kind,
        action=action,
        old=old,
        new=category,
        who=who,
    )


def repeats(decision: ReviewDecision, before: ReviewDecision | None) -> bool:
    """Whether a decision says what another one on the same item says already."""
    return before is not None and (before.action, before.new) == (decision.action, decision.new)


def corrected_labels(bundle: Bundle, corrections: Mapping[str, str]) -> np.ndarray:
    """Return each product's category after review, int64 (rows,): positions in the bundle's classes."""
    index = positions_of(bundle.classes)
    labels = bundle.labels.copy()
    for sku, name in corrections.items():
        labels[bundle.row(sku)] = index[name]
    return labels

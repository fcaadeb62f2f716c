"""What a person decides on the answers for a file: accepts them, or chooses other categories."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from core.serving.reasons import LOW_CONFIDENCE

if TYPE_CHECKING:
    from core.serving.bulk.results import Results

CATEGORY, TICK = "Category", "Accept"
"""The columns of the table on screen that can be edited."""
ACCEPTED, CORRECTED, OPEN = "Accepted", "Corrected", "Open"
"""What can be the status of a product."""
EVERYTHING, NEED_REVIEW = "All", "Need review"
VIEWS = (EVERYTHING, OPEN, NEED_REVIEW, CORRECTED)
"""Which products can be shown."""


@dataclass(frozen=True)
class Decision:
    """The category that a product has now, "" for none, and whether that is accepted."""

    category: str
    accepted: bool


Decisions = Mapping[int, Decision]
"""Position of a product in the file -> what was decided on it."""


@dataclass(frozen=True, eq=False)
class Checked:
    """The answers for a file, and what a person decided on them.

    An answer that needs no review is accepted until somebody says otherwise.

    Attributes
    ----------
    results
        The answers.
    decisions
        Those that were decided on; the others are as the model has them.
    """

    results: Results
    decisions: Decisions = field(default_factory=dict)

    @cached_property
    def categories(self) -> np.ndarray:
        """The category of each product now, object (n,), "" for none."""
        found: np.ndarray = self._predicted.copy()
        for position, decision in self.decisions.items():
            found[position] = decision.category
        return found

    @cached_property
    def accepted(self) -> np.ndarray:
        """Whose category is accepted, bool (n,)."""
        found: np.ndarray = ~self._needs_review & (self._predicted != "")
        for position, decision in self.decisions.items():
            found[position] = decision.accepted and decision.category != ""
        return found

    @cached_property
    def status(self) -> np.ndarray:
        """The status of each product, object (n,)."""
        changed = self.categories != self._predicted
        return np.select(
            [~self.accepted, changed], [np.array(OPEN, object), np.array(CORRECTED, object)], ACCEPTED
        ).astype(object)

    def count(self, status: str) -> int:
        """Return how many products have a status."""
        return int((self.status == status).sum())

    def delivered(self) -> list[str | None]:
        """Return each product's category, None while it is open."""
        return [
            category if accepted else None
            for category, accepted in zip(self.categories.tolist(), self.accepted.tolist(), strict=True)
        ]

    def view(self, which: str = EVERYTHING, category: str | None = None) -> list[int]:
        """Return the positions of some products, in the order of a review.

        Parameters
        ----------
        which
            One of `VIEWS`.
        category
            Only products that have it now; None for all.
        """
        chosen = {
            EVERYTHING: np.ones(len(self.results), dtype=bool),
            NEED_REVIEW: self._needs_review,
        }.get(which, self.status == which)
        if category is not None:
            chosen = chosen & (self.categories == category)
        order = self.results.for_review().index.to_numpy()
        return [int(position) for position in order[chosen[order]]]

    def acceptable(self, confidence: float, *, whatever_reason: bool = False) -> list[int]:
        """Return the open products whose answers have at least this confidence, 0 to 1.

        A confidence says little about a product that is unlike the catalogue, or whose text and image
        disagree. So these are left out unless `whatever_reason`.
        """
        rows = self.results.rows
        enough = rows["confidence"].to_numpy(dtype=float) >= confidence
        usual = rows["reason"].isin(["", LOW_CONFIDENCE]).to_numpy()
        chosen = (self.status == OPEN) & enough & (self.categories == self._predicted)
        chosen &= (self._predicted != "") & (usual | whatever_reason)
        return np.flatnonzero(chosen).tolist()

    def accept(self, positions: Iterable[int]) -> dict[int, Decision]:
        """Return the decisions with these products' categories accepted, too."""
        categories = self.categories
        return {**self.decisions, **{each: Decision(categories[each], True) for each in positions}}

    def edit(self, shown: Sequence[int], edits: Mapping[int, Mapping[str, Any]]) -> dict[int, Decision]:
        """Return the decisions after a table on screen was edited.

        Parameters
        ----------
        shown
            The positions of the products in the table, from its first row.
        edits
            Row of the table -> edited column (`CATEGORY`, `TICK`) -> what stands there now. It may say again
            what was said before.
        """
        decisions = dict(self.decisions)
        for row, cells in edits.items():
            position = shown[row]
            before = str(self.categories[position])
            category = cells.get(CATEGORY) or before
            # Who chooses a category accepts it, unless the tick says otherwise.
            chosen = bool(self.accepted[position]) or category != before
            decisions[position] = Decision(category, bool(cells.get(TICK, chosen)))
        return decisions

    @property
    def _predicted(self) -> np.ndarray:
        return self.results.rows["predicted"].to_numpy(dtype=object)

    @property
    def _needs_review(self) -> np.ndarray:
        return self.results.rows["needs_review"].to_numpy(dtype=bool)

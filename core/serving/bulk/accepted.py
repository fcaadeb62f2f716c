"""How good the answers of a bundle are that need no review, by what products have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.evaluation.intervals import Interval, wilson
from core.evaluation.thresholds import LEAST_OWN
from core.serving.answering import ProductAnswers

KEYS = {"text": "text", "image": "image", "fused": "both"}
"""What is given -> its name in files and on the command line."""
WORST = 5
"""Categories that are listed."""


@dataclass(frozen=True)
class CategoryPrecision:
    """The sure answers of one predicted category: how many, and the share that is right, 0 to 1."""

    category: str
    sure: int
    precision: float


@dataclass(frozen=True)
class GivenAccuracy:
    """The answers to products that have the same: text, image, or both. A sure answer needs no review.

    Attributes
    ----------
    n, right
        Answers, and how many of them are right.
    sure, sure_right
        Sure answers, and how many of them are right.
    worst_categories
        The predicted categories whose sure answers are least precise, of those with `LEAST_OWN` or more.
    """

    n: int
    right: int
    sure: int
    sure_right: int
    worst_categories: tuple[CategoryPrecision, ...]

    @property
    def accuracy(self) -> float | None:
        """Share of right answers; None without answers."""
        return self.right / self.n if self.n else None

    @property
    def share_sure(self) -> float | None:
        """Share of sure answers; None without answers."""
        return self.sure / self.n if self.n else None

    @property
    def precision_sure(self) -> Interval | None:
        """Share of right answers among sure ones, with Wilson's 95% interval; None if none is sure."""
        return wilson(self.sure_right, self.sure) if self.sure else None

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers, ready for JSON; ``sure`` is a share, of a category a count."""
        precision = self.precision_sure
        return {
            "n": self.n,
            "accuracy": self.accuracy,
            "sure": self.share_sure,
            "precision_sure": None if precision is None else precision.value,
            "worst_categories": [vars(each) for each in self.worst_categories],
        }


class AcceptedCount:
    """Counts right and sure answers, chunk by chunk."""

    def __init__(self, categories: Sequence[str]) -> None:
        self._categories = categories
        k = len(categories)
        self._counts = {given: np.zeros((4, k), dtype=np.int64) for given in KEYS}

    def add(self, answers: ProductAnswers, true: np.ndarray) -> None:
        """Count the answers to products whose categories are `true`, int64 (n,)."""
        predicted, sure = answers.predicted, ~answers.needs_review
        right = predicted == true
        for given, counts in self._counts.items():
            own = answers.given == given
            for line, chosen in enumerate((own, own & right, own & sure, own & sure & right)):
                counts[line] += np.bincount(predicted[chosen], minlength=counts.shape[1])

    def result(self) -> Mapping[str, GivenAccuracy]:
        """Return what was counted: text, image, both -> the answers."""
        return {name: self._of(self._counts[given]) for given, name in KEYS.items()}

    def _of(self, counts: np.ndarray) -> GivenAccuracy:
        n, right, sure, sure_right = counts
        tested = np.flatnonzero(sure >= LEAST_OWN)
        worst = sorted(tested.tolist(), key=lambda category: sure_right[category] / sure[category])[:WORST]
        precisions = tuple(
            CategoryPrecision(self._categories[c], int(sure[c]), float(sure_right[c] / sure[c]))
            for c in worst
        )
        return GivenAccuracy(
            int(n.sum()), int(right.sum()), int(sure.sum()), int(sure_right.sum()), precisions
        )

"""Which answers need no review: those confident enough, about products that the model can judge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.common.errors import CatalogueError
from core.evaluation.held_out import HeldOutAnswers
from core.evaluation.thresholds import NEVER, class_thresholds

WANTED_PRECISION = 0.95
GUARD = 0.05
"""Share of the right answers that all guards together may send to review."""
NO_LIMIT = 1.01
"""A limit that no strangeness and no disagreement exceeds."""
STEPS = 40


@dataclass(frozen=True)
class AcceptanceRule:
    """When an answer needs no review; of one model, and of products that are given the same.

    Attributes
    ----------
    thresholds
        The confidence that an answer of each predicted category must reach; above 1: all need review.
    own
        Held-out answers of each predicted category.
    overall
        One confidence for all categories, for charts.
    strangest
        Stranger products are unlike this catalogue; 0 to 1, more for no limit.
    most_disagreement
        Text and image that are farther apart disagree; the same scale.
    price
        Share of the right held-out answers that the guards send to review, 0 to 1.
    """

    thresholds: tuple[float, ...]
    own: tuple[int, ...]
    overall: float
    strangest: float
    most_disagreement: float
    price: float

    def confident(self, predicted: np.ndarray, confidence: np.ndarray) -> np.ndarray:
        """Return which answers are confident enough for their category, bool (n,)."""
        enough: np.ndarray = confidence >= np.asarray(self.thresholds)[predicted]
        return enough

    def strange(self, strangeness: np.ndarray) -> np.ndarray:
        """Return which products are unlike the catalogue, bool (n,)."""
        beyond: np.ndarray = strangeness > self.strangest
        return beyond

    def disagreeing(self, disagreement: np.ndarray) -> np.ndarray:
        """Return whose text and image disagree, bool (n,)."""
        apart: np.ndarray = disagreement > self.most_disagreement
        return apart

    def accepted(self, answers: HeldOutAnswers) -> np.ndarray:
        """Return which answers need no review, bool (n,)."""
        confident = self.confident(answers.predicted, answers.confidence)
        guarded = _guarded(answers, self.strangest, self.most_disagreement)
        return np.asarray(confident & ~guarded)

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers and lists, ready for JSON."""
        return {
            "thresholds": list(self.thresholds),
            "own": list(self.own),
            "overall": self.overall,
            "strangest": self.strangest,
            "most_disagreement": self.most_disagreement,
            "price": self.price,
        }


def fit_acceptance(
    answers: HeldOutAnswers,
    n_categories: int,
    wanted_precision: float = WANTED_PRECISION,
    guard: float = GUARD,
) -> AcceptanceRule:
    """Find limits and thresholds on held-out answers.

    First the limits of the guards: each stops the same share of right answers, all together no more than they
    may cost. Then thresholds, on the answers that pass the guards.

    Parameters
    ----------
    answers
        Of the model that will answer, to products of the kind it will be given.
    n_categories
        Of the catalogue.
    wanted_precision
        Share of right answers wanted among those that need no review, in (0, 1).
    guard
        Share of the right answers that all guards together may send to review, 0 to below 1.

    Raises
    ------
    CatalogueError
        There are no answers.
    """
    if not len(answers):
        raise CatalogueError("no held-out answers to take thresholds from")
    right = answers.take(answers.right)
    strangest, most_disagreement = _limits(right, guard)
    price = float(_guarded(right, strangest, most_disagreement).mean()) if len(right) else 0.0
    passing = answers.take(~_guarded(answers, strangest, most_disagreement))
    thresholds, own, overall = np.full(n_categories, NEVER), np.zeros(n_categories, np.int64), NEVER
    if len(passing):
        chosen = class_thresholds(
            passing.true, passing.predicted, passing.confidence, n_categories, wanted_precision
        )
        thresholds, own, overall = chosen.thresholds, chosen.rows, chosen.overall
    return AcceptanceRule(
        tuple(thresholds.round(6).tolist()),
        tuple(own.tolist()),
        round(overall, 6),
        round(strangest, 6),
        round(most_disagreement, 6),
        round(price, 6),
    )


def _limits(right: HeldOutAnswers, guard: float) -> tuple[float, float]:
    """Return the strictest limits that send no more than `guard` of the right answers to review."""
    if not len(right):
        return NO_LIMIT, NO_LIMIT
    low, high, limits = 0.0, guard, (NO_LIMIT, NO_LIMIT)
    for _ in range(STEPS):  # the share that each guard stops, by bisection
        share = (low + high) / 2
        tried = _limit(right.strangeness, share), _limit(right.disagreement, share)
        if _guarded(right, *tried).mean() <= guard:
            low, limits = share, tried
        else:
            high = share
    return limits


def _limit(values: np.ndarray, share: float) -> float:
    """Return what only `share` of the values that are known exceed."""
    known = np.sort(values[np.isfinite(values)])
    beyond = int(share * len(known) + 1e-9)
    return float(known[len(known) - 1 - beyond]) if 0 < beyond < len(known) else NO_LIMIT


def _guarded(answers: HeldOutAnswers, strangest: float, most_disagreement: float) -> np.ndarray:
    guarded = answers.unreadable | (answers.strangeness > strangest)
    return np.asarray(guarded | (answers.disagreement > most_disagreement))

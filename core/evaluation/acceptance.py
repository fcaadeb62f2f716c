"""Which answers need no review: those confident enough, about products that the model can judge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.evaluation.held_out import HeldOutAnswers
from core.evaluation.thresholds import NEVER, ClassThresholds, class_thresholds

WANTED_PRECISION = 0.95
GUARD = 0.05
"""Share of the right answers that all guards together may send to review."""
NO_LIMIT = 1.01
"""A limit that no strangeness and no disagreement exceeds."""
ENOUGH = 40
"""Right validation answers from which on the guards' limits are taken from these alone."""
MOST_STOPPED = 0.5
"""A guard stops no more than this share of the answers that would be accepted without it."""
STEPS = 40
DIGITS = 5
"""Decimals of thresholds."""


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
        Share of the right held-out answers that would be accepted but for the guards, 0 to 1.
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

    First the limits of the guards, on answers to validation products that would be accepted without them:
    each stops the same share of right ones, all together no more than they may cost. Then thresholds, on all
    held-out answers that pass.

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

    Returns
    -------
    AcceptanceRule
        Without any answers, all categories are untested.
    """
    unguarded = _thresholds(answers, n_categories, wanted_precision)
    validation = answers.take(answers.in_validation)
    like_new = validation if validation.right.sum() >= ENOUGH else answers
    right = like_new.take(like_new.right)
    good = right.take(right.confidence >= unguarded.thresholds[right.predicted])
    strangest, most_disagreement = _limits(good, guard * len(right))
    price = _guarded(good, strangest, most_disagreement).sum() / max(1, len(right))
    passing = answers.take(~_guarded(answers, strangest, most_disagreement))
    chosen = _thresholds(passing, n_categories, wanted_precision)
    return AcceptanceRule(
        tuple(_rounded_down(chosen.thresholds).tolist()),
        tuple(chosen.rows.tolist()),
        float(_rounded_down(chosen.overall)),
        round(strangest, 6),
        round(most_disagreement, 6),
        round(float(price), 6),
    )


def _thresholds(answers: HeldOutAnswers, n_categories: int, precision: float) -> ClassThresholds:
    if not len(answers):
        none = np.zeros(n_categories, dtype=np.int64)
        return ClassThresholds(np.full(n_categories, NEVER), none, NEVER)
    return class_thresholds(answers.true, answers.predicted, answers.confidence, n_categories, precision)


def _rounded_down(thresholds: np.ndarray | float) -> np.ndarray:
    """Return thresholds with `DIGITS` decimals.

    Never rounded up: many answers can share the confidence that a threshold was taken from, and a bundle's
    tables keep as many decimals of it.
    """
    thresholds = np.asarray(thresholds, dtype=np.float64)
    return np.where(thresholds > 1, NEVER, np.floor(thresholds * 10**DIGITS) / 10**DIGITS)


def _limits(good: HeldOutAnswers, most: float) -> tuple[float, float]:
    """Return the strictest limits that send no more than `most` good answers to review."""
    low, high, limits = 0.0, MOST_STOPPED, (NO_LIMIT, NO_LIMIT)
    for _ in range(STEPS):  # the share that each guard stops, by bisection
        share = (low + high) / 2
        tried = _limit(good.strangeness, share), _limit(good.disagreement, share)
        if _guarded(good, *tried).sum() <= most:
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

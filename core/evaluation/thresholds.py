"""From which confidence on an answer needs no person: chosen on validation rows.

What a threshold is worth on test rows says `core.evaluation.coverage.accept`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.evaluation.checks import checked_judged, checked_share
from core.evaluation.coverage import coverage_curve
from core.evaluation.intervals import wilson
from core.evaluation.scores import review_threshold

# No confidence reaches this: nothing is accepted. The same as in core.evaluation.scores.review_threshold.
NEVER = 1.01
# A class's own rows weigh against this many of all classes: with as many rows of its own it has half a say.
# Five to ten rows are what a class of a small catalogue has among the validation rows.
SHARED_ROWS = 10
ROUNDING = 1e-12


@dataclass(frozen=True)
class ClassThresholds:
    """A threshold for each predicted class.

    Attributes
    ----------
    thresholds : np.ndarray
        float64, shape (k,): `NEVER` for a class whose answers are never sure enough.
    rows : np.ndarray
        int64, shape (k,): validation rows predicted as the class; few rows mean a threshold near `overall`.
    overall : float
        The threshold where classes make no difference.
    """

    thresholds: np.ndarray
    rows: np.ndarray
    overall: float


def precision_threshold(
    y_true: np.ndarray, proba: np.ndarray, precision: float, *, level: float | None = None
) -> float:
    """Return the lowest confidence from which on validation rows are right often enough.

    Parameters
    ----------
    y_true, proba : np.ndarray
        Class numbers (n,) and probabilities (n, k) of validation rows.
    precision : float
        The share of right answers wanted, in (0, 1).
    level : float, optional
        None: the share itself must reach `precision`, as in `core.evaluation.scores.review_threshold`; in
        simulations
        it then fell short on other rows about every second time. Given, the lower end of Wilson's interval of
        this level must: with 0.9 it fell short 2 to 7 times in 100, but fewer rows are accepted, and none
        unless 52 or more are right for a precision of 0.95.

    Returns
    -------
    float
        In [0, 1], or `NEVER` if there is no such threshold.
    """
    checked_share(precision, "precision")
    y_true, proba = checked_judged(y_true, proba)
    if level is None:
        return review_threshold(y_true, proba, precision)
    curve = coverage_curve(y_true, proba)
    counts = zip(curve.right.tolist(), curve.accepted.tolist(), strict=True)
    lowest = np.array([wilson(right, accepted, level).low for right, accepted in counts])
    return _lowest(curve.thresholds, lowest >= precision)


def class_thresholds(
    y_true: np.ndarray, proba: np.ndarray, precision: float, *, shared_rows: float = SHARED_ROWS
) -> ClassThresholds:
    """Return for each predicted class the lowest confidence from which on it is right often enough.

    A class's precision at a threshold is that of its own validation rows together with `shared_rows` more
    that are right as often as the rows of all classes are there (shrinkage: Efron and Morris, 1975). A class
    without rows thus gets the threshold of all, one with hundreds its own, and there is no number of rows at
    which the one jumps to the other. An interval's lower end in its place would need 52 rows or more for a
    precision of 0.95, and so leave small classes to a person however good they are. In a simulation of 12
    classes, the worst had a precision of 0.81 with one threshold for all, and of 0.84 (400 validation rows)
    or 0.90 (3,000) with these.

    Parameters
    ----------
    y_true, proba : np.ndarray
        Class numbers (n,) and probabilities (n, k) of validation rows.
    precision : float
        The share of right answers wanted of each predicted class, in (0, 1).
    shared_rows : float
        Above 0.
    """
    checked_share(precision, "precision")
    y_true, proba = checked_judged(y_true, proba)
    if shared_rows <= 0:
        raise ValueError(f"expected shared rows above 0, got {shared_rows}")
    confidence, predicted = proba.max(axis=1), proba.argmax(axis=1)
    right = predicted == y_true
    curve = coverage_curve(y_true, proba)
    k = proba.shape[1]
    thresholds = np.empty(k)
    for number in range(k):
        own = predicted == number
        above, above_right = (_above(confidence[rows], curve.thresholds) for rows in (own, own & right))
        reached = (above_right + shared_rows * curve.accuracy) / (above + shared_rows) >= precision - ROUNDING
        thresholds[number] = _lowest(curve.thresholds, reached)
    overall = review_threshold(y_true, proba, precision)
    return ClassThresholds(thresholds, np.bincount(predicted, minlength=k), overall)


def _above(confidence: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    """Return for each threshold how many are at or above it."""
    return len(confidence) - np.searchsorted(np.sort(confidence), thresholds, side="left")


def _lowest(thresholds: np.ndarray, good: np.ndarray) -> float:
    return float(thresholds[good].min()) if good.any() else NEVER

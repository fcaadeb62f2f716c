"""The confidence from which an answer needs no review: chosen on answers to products held out from training.

What a threshold is worth on test products says `core.evaluation.coverage.accept`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.evaluation.checks import checked_classes, checked_share

NEVER = 1.01
"""A threshold that no confidence reaches: every answer is reviewed."""
LEAST_CONFIDENCE = 0.5
"""An answer that is less probable than all others together always needs review, however good the model."""
LEAST_OWN = 5
"""With fewer held-out answers, a category is untested: 8% of those right in 60% pass five of five by luck."""
SHARED_ROWS = 10
"""Weight of all categories against a category's own answers: with as many of its own, each has half a say."""
MARGIN, RISK = 0.05, 0.1
"""A category's precision may fall short of the wanted one by more than `MARGIN` with probability `RISK`."""
GRID = 1000
"""Thresholds that are tried."""
ROUNDING = 1e-12


@dataclass(frozen=True)
class ClassThresholds:
    """A threshold for each predicted class.

    Attributes
    ----------
    thresholds : np.ndarray
        float64, shape (k,), in [0.5, 1]; `NEVER` for a class whose answers are always reviewed.
    rows : np.ndarray
        int64, shape (k,): held-out products predicted as the class.
    overall : float
        One threshold for all classes.
    """

    thresholds: np.ndarray
    rows: np.ndarray
    overall: float


def class_thresholds(
    true: np.ndarray, predicted: np.ndarray, confidence: np.ndarray, n_classes: int, precision: float
) -> ClassThresholds:
    """Return for each predicted class the lowest confidence from which its answers have the wanted precision.

    At a threshold, a class has its own answers together with `SHARED_ROWS` more that have the precision of
    all classes there (shrinkage: Efron and Morris, 1975). The mean of what this says of its precision (a beta
    distribution) must reach the wanted one, and its lower tail must not fall far below. A class with fewer
    than `LEAST_OWN` answers is untested, and all of its answers are reviewed.

    Parameters
    ----------
    true, predicted : np.ndarray
        Class numbers (n,) of held-out products.
    confidence : np.ndarray
        float (n,), 0 to 1: calibrated probabilities of the predicted classes.
    n_classes : int
        k.
    precision : float
        The wanted share of right answers for each predicted class, in (0, 1).

    Raises
    ------
    CatalogueError
        If there are no products.
    ValueError
        If the arrays do not fit together, or a number is out of range.
    """
    from scipy.special import betainc

    checked_share(precision, "precision")
    true, predicted = checked_classes(true, predicted, n_classes=n_classes)
    confidence = np.asarray(confidence, dtype=np.float64)
    if confidence.shape != true.shape:
        raise ValueError(f"expected a confidence per product, got {confidence.shape} for {true.shape}")
    right = predicted == true
    grid = _grid(confidence)
    above, above_right = _above(confidence, grid), _above(confidence[right], grid)
    shared = SHARED_ROWS * above_right / np.maximum(above, 1)
    rows = np.bincount(predicted, minlength=n_classes)
    thresholds = np.full(n_classes, NEVER)
    for number in np.flatnonzero(rows >= LEAST_OWN).tolist():
        own = predicted == number
        count, count_right = _above(confidence[own], grid), _above(confidence[own & right], grid)
        good = count_right + shared
        bad = np.maximum(count + SHARED_ROWS - good, ROUNDING)
        reached = good / (good + bad) >= precision - ROUNDING
        reached &= betainc(np.maximum(good, ROUNDING), bad, max(precision - MARGIN, 0)) <= RISK
        thresholds[number] = _lowest(grid, reached & (above > 0))
    overall = _lowest(grid, (above > 0) & (above_right >= precision * above - ROUNDING))
    return ClassThresholds(thresholds, rows, overall)


def _grid(confidence: np.ndarray) -> np.ndarray:
    """Return thresholds to try, ascending: `LEAST_CONFIDENCE`, and those above that occur, `GRID` at most."""
    occurring = np.unique(confidence[confidence > LEAST_CONFIDENCE])
    if len(occurring) > GRID:
        occurring = occurring[np.linspace(0, len(occurring) - 1, GRID).round().astype(np.int64)]
    return np.concatenate([[LEAST_CONFIDENCE], occurring])


def _above(confidence: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    """Return for each threshold how many confidences reach it."""
    counts: np.ndarray = len(confidence) - np.searchsorted(np.sort(confidence), thresholds, side="left")
    return counts


def _lowest(thresholds: np.ndarray, good: np.ndarray) -> float:
    return float(thresholds[good].min()) if good.any() else NEVER

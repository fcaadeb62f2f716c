"""ROC and precision-recall curves, one category against the rest, and the areas under them.

Both follow scikit-learn's `roc_curve` and `precision_recall_curve`; NumPy alone draws them, so that a
page need not load scikit-learn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.evaluation.checks import checked_predictions

GRID = np.linspace(0, 1, 201)
"""Where curves of several categories are averaged."""


@dataclass(frozen=True, eq=False)
class ScoreCurves:
    """The curves of one category, or their mean over categories.

    Attributes
    ----------
    false_positive_rate, true_positive_rate
        float64 (m,), ascending from 0 to 1: the ROC curve.
    roc_auc
        The area under it, 0 to 1.
    recall, precision
        float64 (l,): recall ascends from 0 to 1.
    average_precision
        Mean precision, weighted by the gain in recall: the area under the steps of precision over recall.
    positives
        Products of the category; of all categories that were averaged.
    """

    false_positive_rate: np.ndarray
    true_positive_rate: np.ndarray
    roc_auc: float
    recall: np.ndarray
    precision: np.ndarray
    average_precision: float
    positives: int


def score_curves(positive: np.ndarray, scores: np.ndarray) -> ScoreCurves:
    """Return the curves of one category.

    Parameters
    ----------
    positive
        bool (n,): which products are of the category; some must be, and some must not.
    scores
        float (n,): the probability of the category; equal ones are one point of the curve.

    Raises
    ------
    ValueError
        All products are of the category, or none is.
    """
    total = int(positive.sum())
    if not 0 < total < len(positive):
        raise ValueError(f"expected products inside and outside the category, got {total} of {len(positive)}")
    order = np.argsort(-scores, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)
    hits = np.cumsum(positive[order])[ends]
    found = ends + 1
    recall, precision = hits / total, hits / found
    true_rate = np.append(0, recall)
    false_rate = np.append(0, (found - hits) / (len(positive) - total))
    return ScoreCurves(
        false_rate,
        true_rate,
        float(np.trapezoid(true_rate, false_rate)),
        np.append(0, recall),
        np.append(1, precision),
        float(np.diff(recall, prepend=0) @ precision),
        total,
    )


def curves_by_category(y_true: np.ndarray, proba: np.ndarray) -> dict[int, ScoreCurves]:
    """Return category -> its curves, for the categories that some products have and some have not.

    Parameters
    ----------
    y_true, proba
        Class numbers (n,) and probabilities (n, k).
    """
    y_true, proba = checked_predictions(y_true, proba)
    counts = np.bincount(y_true, minlength=proba.shape[1])
    tested = np.flatnonzero((counts > 0) & (counts < len(y_true))).tolist()
    return {category: score_curves(y_true == category, proba[:, category]) for category in tested}


def macro_curves(curves: dict[int, ScoreCurves]) -> ScoreCurves:
    """Return the mean over categories: of the areas, and of the curves' heights; each category counts once.

    Raises
    ------
    ValueError
        There are no curves.
    """
    if not curves:
        raise ValueError("expected the curves of one category or more, got none")
    each = list(curves.values())

    def mean(height: Callable[[ScoreCurves], np.ndarray]) -> np.ndarray:
        return np.asarray(np.mean([height(one) for one in each], axis=0))

    true_rate = mean(lambda one: np.interp(GRID, one.false_positive_rate, one.true_positive_rate))
    # Between two points no threshold reaches a recall but those of the next: its precision counts.
    precision = mean(lambda one: one.precision[np.searchsorted(one.recall, GRID)])
    return ScoreCurves(
        np.append(0, GRID),
        np.append(0, true_rate),
        float(np.mean([one.roc_auc for one in each])),
        GRID,
        precision,
        float(np.mean([one.average_precision for one in each])),
        sum(one.positives for one in each),
    )

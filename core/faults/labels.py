"""Products that are probably filed under the wrong category, by confident learning.

Northcutt, Jiang and Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels" (2021,
https://arxiv.org/abs/1911.00068), as the package cleanlab implements it. Of its scores and filters, the
probability of the given label, and as many issues as the confident joint counts, came out best on labels
flipped on purpose. The mean of what text and picture say found more than either alone, and no less than their
product or one model of both (``benchmarks/find_flipped_labels.py --compare``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class LabelDoubts:
    """How doubtful each product's category is.

    Attributes
    ----------
    given : np.ndarray
        int64, shape (n,): the class each product is filed under.
    suggested : np.ndarray
        int64, shape (n,): the most probable other class; -1 where nothing can be said.
    score : np.ndarray
        float32, shape (n,): 0 (certainly right) to 1 (certainly wrong), NaN where nothing can be said.
    prefers_other : np.ndarray
        bool, shape (n,): another class is more probable than the given one.
    is_issue : np.ndarray
        bool, shape (n,): the most doubtful of these, as many as confident learning counts wrong labels.
    """

    given: np.ndarray
    suggested: np.ndarray
    score: np.ndarray
    prefers_other: np.ndarray
    is_issue: np.ndarray

    @property
    def ranking(self) -> np.ndarray:
        """The rows that were judged, the most doubtful first, int64."""
        rows = np.flatnonzero(np.isfinite(self.score))
        return rows[np.argsort(-self.score[rows], kind="stable")]


def mean_opinion(probabilities: Iterable[np.ndarray]) -> np.ndarray:
    """Return the mean of several models' probabilities, of those that say something.

    Parameters
    ----------
    probabilities : iterable of np.ndarray
        float, shape (n, k) each; rows of NaN say nothing.

    Returns
    -------
    np.ndarray
        float64, shape (n, k); NaN where no model says anything.
    """
    opinions = np.stack([np.asarray(each, dtype=np.float64) for each in probabilities])
    said = np.isfinite(opinions).all(axis=2)
    total = np.where(said[:, :, None], opinions, 0).sum(axis=0)
    return np.where(said.any(axis=0)[:, None], total / np.maximum(said.sum(axis=0), 1)[:, None], np.nan)


def suspect_labels(y: np.ndarray, proba: np.ndarray) -> LabelDoubts:
    """Judge every product's category by out-of-fold probabilities.

    Parameters
    ----------
    y : np.ndarray
        int, shape (n,): the class each product is filed under, 0 to k - 1.
    proba : np.ndarray
        float, shape (n, k): what a model that did not see the product gives each class; NaN rows where there
        is none (`core.evaluation.folds.out_of_fold`, `mean_opinion`).

    Raises
    ------
    ValueError
        The arrays do not fit each other, or hold something else than classes and probabilities.
    """
    y, proba = np.asarray(y), np.asarray(proba, dtype=np.float64)
    if proba.ndim != 2 or proba.shape[1] < 2 or y.shape != proba.shape[:1]:
        raise ValueError(
            f"expected labels (n,) and probabilities (n, 2 or more), got {y.shape}, {proba.shape}"
        )
    if len(y) and not (y.min() >= 0 and y.max() < proba.shape[1]):
        raise ValueError(f"expected labels 0 to {proba.shape[1] - 1}, got {y.min()} to {y.max()}")
    rows = np.flatnonzero(np.isfinite(proba).all(axis=1))
    judged, given = proba[rows], y[rows]
    if (judged < 0).any() or not np.allclose(judged.sum(axis=1), 1, atol=1e-3):
        raise ValueError("expected probabilities of at least 0 that sum to 1 in each row")
    judged = judged / judged.sum(axis=1, keepdims=True)

    score = np.full(len(y), np.nan, dtype=np.float32)
    suggested = np.full(len(y), -1, dtype=np.int64)
    prefers_other, is_issue = np.zeros(len(y), dtype=bool), np.zeros(len(y), dtype=bool)
    own = judged[np.arange(len(rows)), given]
    others = judged.copy()
    others[np.arange(len(rows)), given] = -1
    suggested[rows] = others.argmax(axis=1)
    score[rows] = 1 - own
    prefers_other[rows] = others.max(axis=1, initial=-1) > own
    doubts = LabelDoubts(y.astype(np.int64), suggested, score, prefers_other, is_issue)
    disputed = doubts.ranking[prefers_other[doubts.ranking]]
    is_issue[disputed[: _count(given, judged)]] = True
    return doubts


def _count(given: np.ndarray, proba: np.ndarray) -> int:
    """Return how many labels confident learning holds for wrong; none where there is nothing to compare."""
    if len(np.unique(given)) < 2:
        return 0
    from cleanlab.count import num_label_issues

    return int(num_label_issues(given, proba))

"""Products that probably have the wrong category, by confident learning.

Northcutt, Jiang and Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels" (2021,
https://arxiv.org/abs/1911.00068), as the package cleanlab implements it. Of its scores and filters, two came
out best on categories changed on purpose: the probability of the given category as the score, and as many
issues as the confident joint counts. The mean of the text's and the image's probabilities found more than
either alone, and no less than their product or one model of both
(``benchmarks/find_flipped_labels.py --compare``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class CategoryIssues:
    """How likely each product's category is wrong.

    Attributes
    ----------
    given : np.ndarray
        int64, shape (n,): the product's category.
    suggested : np.ndarray
        int64, shape (n,): the most probable other category; -1 where there are no probabilities.
    score : np.ndarray
        float32, shape (n,): 0 (certainly right) to 1 (certainly wrong), NaN where there are no probabilities.
    prefers_other : np.ndarray
        bool, shape (n,): another category is more probable than the given one.
    is_issue : np.ndarray
        bool, shape (n,): the highest scores of these, as many as confident learning counts wrong.
    """

    given: np.ndarray
    suggested: np.ndarray
    score: np.ndarray
    prefers_other: np.ndarray
    is_issue: np.ndarray

    @property
    def ranking(self) -> np.ndarray:
        """The rows that were judged, the highest score first, int64."""
        rows = np.flatnonzero(np.isfinite(self.score))
        return rows[np.argsort(-self.score[rows], kind="stable")]


def mean_probabilities(probabilities: Iterable[np.ndarray]) -> np.ndarray:
    """Return the mean of several models' out-of-fold probabilities.

    Parameters
    ----------
    probabilities : iterable of np.ndarray
        float, shape (n, k) each; rows of NaN are left out of the mean.

    Returns
    -------
    np.ndarray
        float64, shape (n, k); NaN where no model has probabilities.
    """
    first, *others = map(np.asarray, probabilities)
    total, count = np.zeros(first.shape), np.zeros(len(first), dtype=np.int64)
    for each in (first, *others):  # added one by one: of a large catalogue, they take much memory
        known = np.isfinite(each).all(axis=1)
        np.add(total, each, out=total, where=known[:, None])
        count += known
    total /= np.maximum(count, 1)[:, None]
    total[count == 0] = np.nan
    return total


def find_wrong_categories(y: np.ndarray, proba: np.ndarray) -> CategoryIssues:
    """Judge every product's category by out-of-fold probabilities.

    Parameters
    ----------
    y : np.ndarray
        int, shape (n,): each product's category, 0 to k - 1.
    proba : np.ndarray
        float, shape (n, k): the probabilities of a model that did not see the product; NaN rows where there
        are none (`core.evaluation.folds.out_of_fold`, `mean_probabilities`).

    Raises
    ------
    ValueError
        If the arrays do not fit each other, or do not hold categories and probabilities.
    """
    y, proba = np.asarray(y), np.asarray(proba, dtype=np.float64)
    _check_shapes(y, proba)
    rows = np.flatnonzero(np.isfinite(proba).all(axis=1))
    given, judged = y[rows], _normalised(proba, rows)

    score = np.full(len(y), np.nan, dtype=np.float32)
    suggested = np.full(len(y), -1, dtype=np.int64)
    prefers_other, is_issue = np.zeros(len(y), dtype=bool), np.zeros(len(y), dtype=bool)
    own = judged[np.arange(len(rows)), given]
    judged[np.arange(len(rows)), given] = -1  # for a moment: what is left are the others
    suggested[rows] = judged.argmax(axis=1)
    prefers_other[rows] = judged.max(axis=1, initial=-1) > own
    judged[np.arange(len(rows)), given] = own
    score[rows] = 1 - own
    issues = CategoryIssues(y.astype(np.int64), suggested, score, prefers_other, is_issue)
    candidates = issues.ranking[prefers_other[issues.ranking]]
    is_issue[candidates[: _count_issues(given, judged)]] = True
    return issues


def _check_shapes(y: np.ndarray, proba: np.ndarray) -> None:
    if proba.ndim != 2 or proba.shape[1] < 2 or y.shape != proba.shape[:1]:
        raise ValueError(
            f"expected categories (n,) and probabilities (n, 2 or more), got {y.shape}, {proba.shape}"
        )
    if len(y) and not (y.min() >= 0 and y.max() < proba.shape[1]):
        raise ValueError(f"expected categories 0 to {proba.shape[1] - 1}, got {y.min()} to {y.max()}")


def _normalised(proba: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Return some rows of probabilities that sum to 1 exactly, checked that they nearly do."""
    chosen: np.ndarray = proba[rows]
    sums = chosen.sum(axis=1, keepdims=True)
    if (chosen < 0).any() or not np.allclose(sums, 1, atol=1e-3):
        raise ValueError("expected probabilities of at least 0 that sum to 1 in each row")
    chosen /= sums
    return chosen


def _count_issues(given: np.ndarray, proba: np.ndarray) -> int:
    """Return how many categories confident learning counts wrong; none if all products share one."""
    if len(np.unique(given)) < 2:
        return 0
    from cleanlab.count import num_label_issues

    return int(num_label_issues(given, proba))

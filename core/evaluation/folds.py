"""Out-of-fold probabilities: each product is predicted by a model trained without it and its duplicates."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from core.common.errors import CatalogueError
from core.evaluation.stratified_folds import stratified_folds

if TYPE_CHECKING:
    from collections.abc import Iterator

FitPredict = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""``fit_predict(train_rows, test_rows)``: probabilities of all classes for the test rows, (len(test), k)."""


def out_of_fold(
    fit_predict: FitPredict,
    y: np.ndarray,
    groups: np.ndarray,
    folds: int = 5,
    seed: int = 0,
    *,
    present: np.ndarray | None = None,
) -> np.ndarray:
    """Predict every product by a model trained on the others.

    Parameters
    ----------
    fit_predict : FitPredict
        Trains on the rows of its first argument and returns the probabilities of all k classes for the rows
        of its second.
    y : np.ndarray
        int, shape (n,): classes, 0 to k - 1.
    groups : np.ndarray
        The group number of each row (`core.catalogue.grouping.group_products`); a group is never divided
        between folds.
    folds : int
        How many; fewer where there are fewer groups.
    seed : int
        Fixes the folds.
    present : np.ndarray, optional
        bool, shape (n,): rows that take part, such as those with an image.

    Returns
    -------
    np.ndarray
        float32, shape (n, k). NaN for rows that are not `present`, and for rows whose class had no training
        rows, as is always so for a class with one group.

    Raises
    ------
    CatalogueError
        There are fewer than two groups or two classes.
    ValueError
        The arrays do not fit each other, or `fit_predict` returns another shape.
    """
    y, groups = np.asarray(y), np.asarray(groups)
    if y.ndim != 1 or groups.shape != y.shape:
        raise ValueError(f"expected labels and groups (n,), got {y.shape} and {groups.shape}")
    rows = np.arange(len(y)) if present is None else np.flatnonzero(present)
    n_classes, n_groups = len(np.unique(y[rows])), len(np.unique(groups[rows]))
    if min(n_classes, n_groups) < 2:
        raise CatalogueError(
            "out-of-fold probabilities need two categories and two different products, "
            f"got {n_classes} and {n_groups}"
        )
    proba: np.ndarray | None = None
    for train, test in _folds(y[rows], groups[rows], min(folds, n_groups), seed):
        train, test = rows[train], rows[test]
        if len(np.unique(y[train])) < 2:
            continue
        predicted = np.asarray(fit_predict(train, test))
        if proba is None:
            proba = np.full((len(y), predicted.shape[-1]), np.nan, dtype=np.float32)
        if predicted.shape != (len(test), proba.shape[1]):
            raise ValueError(f"expected probabilities {(len(test), proba.shape[1])}, got {predicted.shape}")
        trained = np.isin(y[test], y[train])
        proba[test[trained]] = predicted[trained]
    if proba is None:
        raise CatalogueError("out-of-fold probabilities need two categories with two different products each")
    return proba


def logistic(vectors: np.ndarray, y: np.ndarray, n_classes: int, *, strength: float = 10) -> FitPredict:
    """Return a `fit_predict` of a logistic regression on `vectors`.

    Parameters
    ----------
    vectors : np.ndarray
        float, shape (n, d): rows of length 1.
    y : np.ndarray
        int, shape (n,): classes, 0 to `n_classes` - 1.
    n_classes : int
        Columns of the probabilities; 0 for classes without training rows.
    strength : float
        Inverse of the L2 penalty.
    """

    def fit_predict(train: np.ndarray, test: np.ndarray) -> np.ndarray:
        from sklearn.linear_model import LogisticRegression

        model = LogisticRegression(C=strength, max_iter=300).fit(vectors[train], y[train])
        proba = np.zeros((len(test), n_classes), dtype=np.float32)
        proba[:, model.classes_] = model.predict_proba(vectors[test])
        return proba

    return fit_predict


def _folds(
    y: np.ndarray, groups: np.ndarray, folds: int, seed: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield training and test positions, stratified by class as far as the groups allow."""
    # No more folds than the largest class has products.
    folds = min(folds, int(np.bincount(np.unique(y, return_inverse=True)[1]).max()))
    if folds >= 2:
        yield from ((train, test) for train, test in stratified_folds(y, groups, folds, seed) if len(test))

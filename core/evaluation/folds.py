"""Out-of-fold probabilities: each product is predicted by a model trained without it and its duplicates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from core.common.errors import CatalogueError
from core.evaluation.stratified_folds import stratified_folds

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
    workers: int = 1,
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
    workers : int
        Folds at once, each in a thread; more than one only where `fit_predict` allows it.

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
    trials = stratified(y[rows], groups[rows], folds, seed)
    return answers(((fit_predict, rows[train], rows[test]) for train, test in trials), y, workers)


def answers(
    trials: Iterable[tuple[FitPredict, np.ndarray, np.ndarray]], y: np.ndarray, workers: int = 1
) -> np.ndarray:
    """Put together what models trained on some rows say of others.

    Parameters
    ----------
    trials : Iterable
        What trains and predicts, the rows it trains on, and the rows it predicts, in no other trial.
    y : np.ndarray
        int, shape (n,): classes, 0 to k - 1.
    workers : int
        As for `out_of_fold`.

    Returns
    -------
    np.ndarray
        As `out_of_fold` returns it; NaN in rows that no trial predicts.

    Raises
    ------
    CatalogueError
        No trial has training rows of two classes.
    ValueError
        A `fit_predict` returns another shape.
    """
    able = [each for each in trials if len(np.unique(y[each[1]])) > 1]
    proba: np.ndarray | None = None
    for (_, train, test), predicted in zip(able, _predicted(able, workers), strict=True):
        if proba is None:
            proba = np.full((len(y), predicted.shape[-1]), np.nan, dtype=np.float32)
        if predicted.shape != (len(test), proba.shape[1]):
            raise ValueError(f"expected probabilities {(len(test), proba.shape[1])}, got {predicted.shape}")
        trained = np.isin(y[test], y[train])
        proba[test[trained]] = predicted[trained]
    if proba is None:
        raise CatalogueError("out-of-fold probabilities need two categories with two different products each")
    return proba


def _predicted(
    trials: Iterable[tuple[FitPredict, np.ndarray, np.ndarray]], workers: int
) -> Iterator[np.ndarray]:
    """Yield what each trial predicts, in their order."""
    if workers < 2:
        yield from (np.asarray(fit_predict(train, test)) for fit_predict, train, test in trials)
        return
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(lambda trial: np.asarray(trial[0](*trial[1:])), trials)


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


def stratified(
    y: np.ndarray, groups: np.ndarray, folds: int, seed: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield training and test positions, stratified by class as far as the groups allow.

    There are fewer folds where there are fewer groups, or fewer rows of the largest class; none below two.
    """
    most = int(np.bincount(np.unique(y, return_inverse=True)[1]).max(initial=0))
    folds = min(folds, len(np.unique(groups)), most)
    if folds >= 2:
        yield from ((train, test) for train, test in stratified_folds(y, groups, folds, seed) if len(test))

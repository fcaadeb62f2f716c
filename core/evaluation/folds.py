"""Out-of-fold probabilities: each product is predicted by a model trained without it and its duplicates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from core.common.errors import CatalogueError
from core.evaluation.stratified_folds import stratified_folds

FitPredict = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""``fit_predict(train_rows, test_rows)``: probabilities of all classes for the test rows, (len(test), k)."""

Trial = tuple[FitPredict, np.ndarray, np.ndarray]
"""What trains and predicts, the rows it trains on, and the rows it predicts."""


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
    return answers(trials_of(fit_predict, y, groups, folds, seed, present=present), y)


def trials_of(
    fit_predict: FitPredict,
    y: np.ndarray,
    groups: np.ndarray,
    folds: int = 5,
    seed: int = 0,
    *,
    present: np.ndarray | None = None,
) -> list[Trial]:
    """Return the trials whose `answers` are `out_of_fold`, which describes what it takes and raises."""
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
    divided = stratified(y[rows], groups[rows], folds, seed)
    return [(fit_predict, rows[train], rows[test]) for train, test in divided]


def answers(trials: Iterable[Trial], y: np.ndarray) -> np.ndarray:
    """Let models trained on some rows predict others; raises as `together`."""
    able = able_trials(trials, y)
    return together(able, map(predict, able), y)


def able_trials(trials: Iterable[Trial], y: np.ndarray) -> list[Trial]:
    """Return the trials that have training rows of two classes or more."""
    return [trial for trial in trials if len(np.unique(y[trial[1]])) > 1]


def predict(trial: Trial) -> np.ndarray:
    """Train and predict."""
    fit_predict, train, test = trial
    return np.asarray(fit_predict(train, test))


def together(trials: Sequence[Trial], predicted: Iterable[np.ndarray], y: np.ndarray) -> np.ndarray:
    """Put together what models trained on some rows say of others.

    Parameters
    ----------
    trials : Sequence
        Those that are able to (`able_trials`); no row is predicted in two of them.
    predicted : Iterable of np.ndarray
        What `predict` returns for each.
    y : np.ndarray
        int, shape (n,): classes, 0 to k - 1.

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
    proba: np.ndarray | None = None
    for (_, train, test), got in zip(trials, predicted, strict=True):
        if proba is None:
            proba = np.full((len(y), got.shape[-1]), np.nan, dtype=np.float32)
        if got.shape != (len(test), proba.shape[1]):
            raise ValueError(f"expected probabilities {(len(test), proba.shape[1])}, got {got.shape}")
        trained = np.isin(y[test], y[train])
        proba[test[trained]] = got[trained]
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

"""Out-of-fold probabilities: what a model that never saw a product, nor a twin of it, says of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from core.common.errors import CatalogueError

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
    """Let every product be judged by a model that learned from the others.

    Parameters
    ----------
    fit_predict : FitPredict
        Learns from the first row numbers and returns the probabilities of all k classes for the second.
    y : np.ndarray
        int, shape (n,): classes, 0 to k - 1.
    groups : np.ndarray
        A group number a row, as `core.evaluation.splits.product_groups` gives them; a group is in one fold
        as a whole.
    folds : int
        How many; fewer where there are fewer groups.
    seed : int
        Of the folds.
    present : np.ndarray, optional
        bool, shape (n,): rows that take part, such as those with a picture.

    Returns
    -------
    np.ndarray
        float32, shape (n, k). NaN where nothing can be said: rows that are not `present`, and rows whose
        class was missing among those learned from, as that of a class with one group always is.

    Raises
    ------
    CatalogueError
        There are fewer than two groups or fewer than two classes to learn from.
    ValueError
        The arrays do not fit each other, or `fit_predict` returns another shape.
    """
    y, groups = np.asarray(y), np.asarray(groups)
    if y.ndim != 1 or groups.shape != y.shape:
        raise ValueError(f"expected labels and groups (n,), got {y.shape} and {groups.shape}")
    rows = np.arange(len(y)) if present is None else np.flatnonzero(present)
    counted = (len(np.unique(y[rows])), len(np.unique(groups[rows])))
    if min(counted) < 2:
        raise CatalogueError(
            "out-of-fold probabilities need two classes and two different products, "
            f"got {counted[0]} and {counted[1]}"
        )
    proba: np.ndarray | None = None
    for train, test in _folds(y[rows], groups[rows], min(folds, counted[1]), seed):
        train, test = rows[train], rows[test]
        if len(np.unique(y[train])) < 2:
            continue
        judged = np.asarray(fit_predict(train, test))
        if proba is None:
            proba = np.full((len(y), judged.shape[-1]), np.nan, dtype=np.float32)
        if judged.shape != (len(test), proba.shape[1]):
            raise ValueError(f"expected probabilities {(len(test), proba.shape[1])}, got {judged.shape}")
        known = np.isin(y[test], y[train])
        proba[test[known]] = judged[known]
    if proba is None:
        raise CatalogueError("out-of-fold probabilities need a second product of two classes, got none")
    return proba


def logistic(vectors: np.ndarray, y: np.ndarray, n_classes: int, *, strength: float = 10) -> FitPredict:
    """Return a `fit_predict` of a logistic regression on `vectors`.

    Parameters
    ----------
    vectors : np.ndarray
        float, shape (n, d): rows of length one.
    y : np.ndarray
        int, shape (n,): classes, 0 to `n_classes` - 1.
    n_classes : int
        Columns of the probabilities; 0 for classes that were not learned.
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
    """Yield train and test positions; each class spread evenly as far as its groups allow."""
    import warnings

    from sklearn.model_selection import StratifiedGroupKFold

    # scikit-learn refuses when every class is smaller than the number of folds, and warns when one is.
    folds = min(folds, int(np.bincount(np.unique(y, return_inverse=True)[1]).max()))
    if folds < 2:
        return
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The least populated class", category=UserWarning)
        yield from ((train, test) for train, test in splitter.split(y, y, groups) if len(test))

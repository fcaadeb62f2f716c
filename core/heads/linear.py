"""Linear heads: logistic regression, and a support vector machine with calibrated probabilities.

A modality's vectors have length 1 and are used as they are: over eight splits of a real catalogue of 735
products, neither scaling each feature nor weighting the halves of fused vectors (0.25 to 1.4) beat the noise.
What matters is C, scikit-learn's inverse regularisation strength, chosen on validation products. Where
products are many, `core.heads.softmax` fits the regression.
"""

from __future__ import annotations

import copy
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from core.evaluation.one_thread import one_thread
from core.heads.fitted import FittedSklearn
from core.heads.readers.vectors import VectorReader
from core.heads.setting import number
from core.heads.softmax import MANY_ROWS, Softmax, best_softmax
from core.heads.task import TrainingTask

if TYPE_CHECKING:
    from scipy.sparse import csr_array
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import LinearSVC

    Matrix = np.ndarray | csr_array

REGRESSION_STRENGTHS = (1.0, 10.0, 30.0, 100.0, 300.0)
SVM_STRENGTHS = (0.3, 1.0, 3.0)
# Where there are no validation products to choose on.
REGRESSION_DEFAULT, SVM_DEFAULT = 10.0, 3.0
# The SVM's C is chosen on models of this many training products.
SEARCH_ROWS = 5000
FOLDS = 3
STRENGTH = number("C", None, 1e-6, 1e6)
SETTINGS = (STRENGTH,)


def fit_logistic_regression(task: TrainingTask) -> FittedSklearn:
    """Fit multinomial logistic regression; its C has the least log loss on validation products."""
    from sklearn.linear_model import LogisticRegression

    if len(task.y) >= MANY_ROWS:
        with quietly_on_one_thread():
            fitted = best_softmax(task.rows, task.X_val, task, REGRESSION_STRENGTHS, REGRESSION_DEFAULT)
        settings = {"C": fitted.C, "scale": fitted.scale}
        return FittedSklearn(VectorReader(task.modality), _as_sklearn(fitted), settings)
    model = LogisticRegression(C=REGRESSION_DEFAULT, max_iter=300, tol=1e-5, warm_start=True)
    with quietly_on_one_thread():
        chosen = STRENGTH.chosen(task.wanted)
        if chosen is None and len(task.y_val):
            model = _best_regression(model, task)
        else:
            model.set_params(C=chosen or task.settings.get("C", REGRESSION_DEFAULT))
            model.fit(task.X, task.y, task.weights)
    return FittedSklearn(VectorReader(task.modality), model, {"C": model.C})


def _best_regression(model: LogisticRegression, task: TrainingTask) -> LogisticRegression:
    """Try one C after the other, each from the solution for the one before, until the loss rises."""
    best, least = model, np.inf
    for strength in REGRESSION_STRENGTHS:
        model.set_params(C=strength).fit(task.X, task.y, task.weights)
        loss = task.loss(model.predict_proba(task.X_val))
        if loss >= least:
            break
        best, least = copy.deepcopy(model), loss
    return best


def _as_sklearn(fitted: Softmax) -> LogisticRegression:
    """Return scikit-learn's estimator with these coefficients."""
    from sklearn.linear_model import LogisticRegression

    coefficients, intercepts = fitted.coefficients.T, fitted.intercepts
    if len(intercepts) == 2:  # scikit-learn keeps the difference, the second class's log-odds
        coefficients, intercepts = coefficients[1:] - coefficients[:1], intercepts[1:] - intercepts[:1]
    model = LogisticRegression(C=fitted.C)
    model.coef_, model.intercept_ = coefficients, intercepts
    model.classes_, model.n_features_in_ = np.arange(len(fitted.intercepts)), coefficients.shape[1]
    return model


def fit_linear_svm(task: TrainingTask) -> FittedSklearn:
    """Fit a linear support vector machine on vectors (`calibrated_svm`)."""
    model = calibrated_svm(task.X, task.X_val, task)
    return FittedSklearn(VectorReader(task.modality), model, {"C": model.estimator.C})


def calibrated_svm(X: Matrix, X_val: Matrix, task: TrainingTask) -> CalibratedClassifierCV:
    """Fit a linear support vector machine; a sigmoid per class turns its margins into probabilities.

    C is the one of the highest accuracy on validation products. The sigmoids (Platt, 1999) are fitted on
    out-of-fold margins of three folds. The products of a class that has fewer than three are repeated, so
    that each fold has one.

    Parameters
    ----------
    X, X_val
        float32 (n, d) and (m, d), dense or sparse, rows of about length 1: features of the products.
    task
        Their labels, the seed, and settings chosen before.
    """
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.svm import LinearSVC

    # The dual solver is the fast one for vectors of length 1, and a loose tolerance costs it no accuracy.
    svm = LinearSVC(dual=True, tol=0.01, random_state=task.seed)
    rows = _at_least(FOLDS, task.y)
    with quietly_on_one_thread():
        svm.set_params(C=_svm_strength(svm, X, X_val, task))
        # One fold after another: liblinear has one random generator for all threads of a process.
        model = CalibratedClassifierCV(svm, ensemble=False, method="sigmoid", cv=FOLDS)
        return model.fit(X[rows], task.y[rows], None if task.weights is None else task.weights[rows])


def _svm_strength(svm: LinearSVC, X: Matrix, X_val: Matrix, task: TrainingTask) -> float:
    chosen = STRENGTH.chosen(task.wanted)
    if chosen is not None or not len(task.y_val):
        return float(chosen or task.settings.get("C", SVM_DEFAULT))
    rows = np.random.default_rng(task.seed).permutation(len(task.y))[:SEARCH_ROWS]
    accuracy: dict[float, float] = {}
    for strength in SVM_STRENGTHS:
        svm.set_params(C=strength).fit(
            X[rows], task.y[rows], None if task.weights is None else task.weights[rows]
        )
        accuracy[strength] = np.average(svm.predict(X_val) == task.y_val, weights=task.weights_val)
    return max(accuracy, key=accuracy.__getitem__)


def _at_least(count: int, y: np.ndarray) -> np.ndarray:
    """Return all row numbers, those of classes with fewer than `count` rows repeated."""
    sizes = np.bincount(y)
    again = [
        np.resize(np.flatnonzero(y == rare), count - sizes[rare]) for rare in np.flatnonzero(sizes < count)
    ]
    return np.concatenate([np.arange(len(y)), *again])


@contextmanager
def quietly_on_one_thread() -> Iterator[None]:
    """Run matrix products on one thread, and silence the warnings of solvers that stop early on purpose."""
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings(), one_thread():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield

"""Linear heads: logistic regression, and a support vector machine with calibrated probabilities.

A modality's vectors have length one, so features are taken as they are: over eight splits of a real
catalogue of 735 products, neither scaling each feature nor weighing the halves of fused vectors (0.25 to 1.4)
did better than the noise. What matters is the strength C (scikit-learn's: the larger, the closer the fit to
the training rows), chosen on validation rows.
"""

from __future__ import annotations

import copy
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from core.heads.fitted import FittedSklearn, Lesson
from core.heads.readers import Vectors

if TYPE_CHECKING:
    from scipy.sparse import csr_array
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.svm import LinearSVC

    Matrix = np.ndarray | csr_array

REGRESSION_STRENGTHS = (1.0, 10.0, 30.0, 100.0, 300.0)
SVM_STRENGTHS = (0.3, 1.0, 3.0)
# Where there are no validation rows to choose on.
REGRESSION_DEFAULT, SVM_DEFAULT = 10.0, 3.0
# The SVM's C is chosen on models of this many training rows.
SEARCH_ROWS = 5000
FOLDS = 3


def fit_logistic_regression(lesson: Lesson) -> FittedSklearn:
    """Fit multinomial logistic regression; its C is the one of least log loss on the validation rows.

    Each C starts from the solution for the one before; the search ends where the loss rises.
    """
    from sklearn.linear_model import LogisticRegression

    reader = Vectors(lesson.modality)
    model = LogisticRegression(C=REGRESSION_DEFAULT, max_iter=300, tol=1e-5, warm_start=True)
    with one_thread():
        if not len(lesson.y_val):
            model.set_params(C=lesson.settings.get("C", REGRESSION_DEFAULT)).fit(lesson.X, lesson.y)
            return FittedSklearn(reader, model, {"C": model.C})
        best, least = None, np.inf
        for strength in REGRESSION_STRENGTHS:
            model.set_params(C=strength).fit(lesson.X, lesson.y)
            of_true = model.predict_proba(lesson.X_val)[np.arange(len(lesson.y_val)), lesson.y_val]
            loss = -np.log(np.maximum(of_true, 1e-9)).mean()
            if loss >= least:
                break
            best, least = FittedSklearn(reader, copy.deepcopy(model), {"C": strength}), loss
        return best


def fit_linear_svm(lesson: Lesson) -> FittedSklearn:
    """Fit a linear support vector machine on vectors: `calibrated_svm`."""
    model = calibrated_svm(lesson.X, lesson.X_val, lesson)
    return FittedSklearn(Vectors(lesson.modality), model, {"C": model.estimator.C})


def calibrated_svm(X: Matrix, X_val: Matrix, lesson: Lesson) -> CalibratedClassifierCV:
    """Fit a linear support vector machine; a sigmoid a class turns its margins into probabilities.

    C is the one that gets most validation rows right. The sigmoids (Platt, 1999) are fitted on margins of
    rows left out in three-fold cross-validation; a class of one or two rows has them repeated, to be in each
    fold.

    Parameters
    ----------
    X, X_val
        float32 (n, d) and (m, d), dense or sparse, rows of about length one: what is learned from.
    lesson
        Its labels, seed, and settings made before.
    """
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.svm import LinearSVC

    # The dual solver is the fast one for vectors of length one, and takes a loose tolerance well.
    svm = LinearSVC(dual=True, tol=0.01, random_state=lesson.seed)
    rows = _at_least(FOLDS, lesson.y)
    with one_thread():
        svm.set_params(C=_svm_strength(svm, X, X_val, lesson))
        # One after another: liblinear has one source of chance for all threads of a process.
        model = CalibratedClassifierCV(svm, ensemble=False, method="sigmoid", cv=FOLDS)
        return model.fit(X[rows], lesson.y[rows])


def _svm_strength(svm: LinearSVC, X: Matrix, X_val: Matrix, lesson: Lesson) -> float:
    if not len(lesson.y_val):
        return float(lesson.settings.get("C", SVM_DEFAULT))
    rows = np.random.default_rng(lesson.seed).permutation(len(lesson.y))[:SEARCH_ROWS]
    right = {}
    for strength in SVM_STRENGTHS:
        svm.set_params(C=strength).fit(X[rows], lesson.y[rows])
        right[strength] = (svm.predict(X_val) == lesson.y_val).mean()
    return max(right, key=right.__getitem__)


def _at_least(count: int, y: np.ndarray) -> np.ndarray:
    """Return row numbers: all of them, and again those of classes with fewer than `count`."""
    sizes = np.bincount(y)
    again = [
        np.resize(np.flatnonzero(y == rare), count - sizes[rare]) for rare in np.flatnonzero(sizes < count)
    ]
    return np.concatenate([np.arange(len(y)), *again])


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep matrix products to one thread, and quiet about the bounds on iterations, which are meant.

    The products are small: threads that wait for each other on a busy machine cost ten times what they gain.
    """
    from sklearn.exceptions import ConvergenceWarning
    from threadpoolctl import threadpool_limits

    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield

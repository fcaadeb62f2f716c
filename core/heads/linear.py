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
from core.runtime import threads

if TYPE_CHECKING:
    from sklearn.svm import LinearSVC

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

    model = LogisticRegression(C=REGRESSION_DEFAULT, max_iter=300, tol=1e-5, warm_start=True)
    with _one_thread():
        if not len(lesson.y_val):
            return FittedSklearn(model.fit(lesson.X, lesson.y), {"C": REGRESSION_DEFAULT})
        best, least = None, np.inf
        for strength in REGRESSION_STRENGTHS:
            model.set_params(C=strength).fit(lesson.X, lesson.y)
            of_true = model.predict_proba(lesson.X_val)[np.arange(len(lesson.y_val)), lesson.y_val]
            loss = -np.log(np.maximum(of_true, 1e-9)).mean()
            if loss >= least:
                break
            best, least = FittedSklearn(copy.deepcopy(model), {"C": strength}), loss
        return best


def fit_linear_svm(lesson: Lesson) -> FittedSklearn:
    """Fit a linear support vector machine; a sigmoid a class turns its margins into probabilities.

    C is the one that gets most validation rows right. The sigmoids (Platt, 1999) are fitted on margins of
    rows left out in three-fold cross-validation; a class of one or two rows has them repeated, to be in each
    fold.
    """
    from joblib import parallel_config
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.svm import LinearSVC

    # The dual solver is the fast one for vectors of length one, and takes a loose tolerance well.
    svm = LinearSVC(dual=True, tol=0.01, random_state=lesson.seed)
    rows = _at_least(FOLDS, lesson.y)
    with _one_thread():
        strength = _svm_strength(svm, lesson)
        model = CalibratedClassifierCV(
            svm.set_params(C=strength), ensemble=False, method="sigmoid", cv=FOLDS, n_jobs=threads()
        )
        # liblinear lets go of the interpreter: threads suffice, and nothing is copied to other processes.
        with parallel_config("threading"):
            model.fit(lesson.X[rows], lesson.y[rows])
    return FittedSklearn(model, {"C": strength})


def _svm_strength(svm: LinearSVC, lesson: Lesson) -> float:
    if not len(lesson.y_val):
        return SVM_DEFAULT
    rows = np.random.default_rng(lesson.seed).permutation(len(lesson.y))[:SEARCH_ROWS]
    right = {}
    for strength in SVM_STRENGTHS:
        svm.set_params(C=strength).fit(lesson.X[rows], lesson.y[rows])
        right[strength] = (svm.predict(lesson.X_val) == lesson.y_val).mean()
    return max(right, key=right.__getitem__)


def _at_least(count: int, y: np.ndarray) -> np.ndarray:
    """Return row numbers: all of them, and again those of classes with fewer than `count`."""
    sizes = np.bincount(y)
    again = [
        np.resize(np.flatnonzero(y == rare), count - sizes[rare]) for rare in np.flatnonzero(sizes < count)
    ]
    return np.concatenate([np.arange(len(y)), *again])


@contextmanager
def _one_thread() -> Iterator[None]:
    """Keep matrix products to one thread, and quiet about the bounds on iterations, which are meant.

    The products are small: threads that wait for each other on a busy machine cost ten times what they gain.
    """
    from sklearn.exceptions import ConvergenceWarning
    from threadpoolctl import threadpool_limits

    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield

"""Linear heads: logistic regression, and a support vector machine with calibrated probabilities."""

from __future__ import annotations

import warnings

import numpy as np

from core.heads.fitted import FittedSklearn, Lesson

STRENGTHS = (1.0, 10.0, 30.0, 100.0)
SVM_STRENGTH = 3.0
SEARCH_ROWS = 5000


def fit_logistic_regression(lesson: Lesson) -> FittedSklearn:
    """Fit multinomial logistic regression, its C the one with the lowest log loss on validation rows."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    # OpenMP threads that wait for a busy core cost ten times what the second one gains.
    with warnings.catch_warnings(), threadpool_limits(1, user_api="openmp"):
        warnings.simplefilter("ignore", ConvergenceWarning)  # the bound on iterations is meant
        model = LogisticRegression(max_iter=150, tol=1e-4, warm_start=True)
        strength = _strength(model, lesson)
        model.set_params(C=strength).fit(lesson.X, lesson.y)
    return FittedSklearn(model, {"C": strength})


def _strength(model: object, lesson: Lesson) -> float:
    """Return the C of least log loss on the validation rows, learning from up to 5,000 training rows."""
    if not len(lesson.y_val):
        return STRENGTHS[1]
    rows = np.random.default_rng(lesson.seed).permutation(len(lesson.y))[:SEARCH_ROWS]
    if len(np.unique(lesson.y[rows])) < lesson.n_classes:
        rows = np.arange(len(lesson.y))
    losses = {}
    for strength in STRENGTHS:
        model.set_params(C=strength).fit(lesson.X[rows], lesson.y[rows])
        of_true = model.predict_proba(lesson.X_val)[np.arange(len(lesson.y_val)), lesson.y_val]
        losses[strength] = -np.log(np.maximum(of_true, 1e-9)).mean()
    return min(losses, key=losses.__getitem__)


def fit_linear_svm(lesson: Lesson) -> FittedSklearn:
    """Fit a linear support vector machine; a sigmoid a class turns its margins into probabilities.

    The sigmoids (Platt, 1999) are fitted on margins of rows left out in three-fold cross-validation.
    """
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.svm import LinearSVC

    smallest = int(np.bincount(lesson.y).min())
    model = CalibratedClassifierCV(
        LinearSVC(C=SVM_STRENGTH, tol=1e-3, random_state=lesson.seed),
        ensemble=False,
        method="sigmoid",
        cv=max(2, min(3, smallest)),
    )
    model.fit(lesson.X, lesson.y)
    return FittedSklearn(model, {"C": SVM_STRENGTH})

"""Accuracy, precision, recall, F1 and log loss from labels and probabilities.

A bundle's scores are computed from its predictions tables (`core.evaluation.predictions`), so that anybody
can compute every figure again from the tables alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.evaluation.checks import checked_predictions
from core.evaluation.report import ClassScore, Report

DECIMALS = 5
"""Of the probabilities in predictions tables."""
SMALLEST = 0.5 * 10.0**-DECIMALS
"""What a probability that was rounded to zero counts as in the log loss."""


def evaluate(
    y_true: np.ndarray,
    proba: np.ndarray,
    classes: Sequence[str],
    *,
    modality: str,
    head: str,
    split: str = "test",
) -> Report:
    """Compare probabilities with the true classes.

    Parameters
    ----------
    y_true : np.ndarray
        int, shape (n,): the true class numbers.
    proba : np.ndarray
        float, shape (n, k), in [0, 1]; the prediction is the first of the highest.
    classes : Sequence[str]
        The k class names.
    modality, head, split : str
        Copied into the report.

    Returns
    -------
    Report
        Scores as scikit-learn's metrics define them, with ``zero_division=0``. Those of a class without
        products are not measured, and macro F1 leaves it out.

    Raises
    ------
    CatalogueError
        If there are no products.
    ValueError
        If the arrays do not fit together, or hold no probabilities.
    """
    y_true, proba = checked_predictions(y_true, proba)
    n, k = proba.shape
    if k != len(classes):
        raise ValueError(f"expected a probability for each of {len(classes)} classes, got {k}")
    predicted = proba.argmax(axis=1)
    confusion = np.bincount(y_true * k + predicted, minlength=k * k).reshape(k, k)
    right = np.diag(confusion).astype(float)
    support, predictions = confusion.sum(axis=1), confusion.sum(axis=0)
    tested = support > 0
    precision, recall = _ratio(right, predictions), _ratio(right, support)
    f1 = _ratio(2 * right, support + predictions)
    of_true = proba[np.arange(n), y_true]
    earlier = np.arange(k) < y_true[:, None]
    above = (proba > of_true[:, None]) | ((proba == of_true[:, None]) & earlier)
    accuracy = float(right.sum() / n)
    return Report(
        modality=modality,
        head=head,
        split=split,
        n=n,
        classes=tuple(classes),
        accuracy=accuracy,
        macro_f1=float(f1[tested].mean()),
        weighted_f1=float(f1 @ support / n),
        micro_f1=accuracy,  # the same where every product has one class and one prediction
        top3_accuracy=float((above.sum(axis=1) < 3).mean()),
        log_loss=float(-np.log(np.clip(of_true, SMALLEST, 1)).mean()),
        per_class=tuple(
            ClassScore(str(name), float(p), float(r), float(f), int(s)) if s else ClassScore(str(name))
            for name, p, r, f, s in zip(classes, precision, recall, f1, support, strict=True)
        ),
        confusion=confusion,
    )


def _ratio(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """Divide; 0 where the denominator is 0."""
    zeros = np.zeros(len(numerator))
    return np.asarray(np.divide(numerator, denominator, out=zeros, where=denominator > 0))

"""Labels and probabilities in, figures out: pure functions on NumPy arrays.

A bundle's reports are computed from its predictions tables (`reports_from_predictions`), so that anybody can
compute every figure again from the tables alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.common.errors import CatalogueError
from core.evaluation.report import ClassScore, Report

if TYPE_CHECKING:
    import pandas as pd

DECIMALS = 5
# A probability that was rounded to zero counts as half of the last decimal in the log loss.
SMALLEST = 0.5 * 10.0**-DECIMALS


def evaluate(
    y_true: np.ndarray,
    proba: np.ndarray,
    classes: Sequence[str],
    *,
    modality: str,
    head: str,
    part: str = "test",
) -> Report:
    """Judge probabilities against the truth.

    Parameters
    ----------
    y_true : np.ndarray
        int, shape (n,): the true class numbers.
    proba : np.ndarray
        float, shape (n, k), in [0, 1]; the first of the highest is the prediction.
    classes : Sequence[str]
        The k class names.
    modality, head, part : str
        Copied into the report.

    Returns
    -------
    Report
        As scikit-learn's metrics have it, with ``zero_division=0``.

    Raises
    ------
    CatalogueError
        If there are no rows.
    ValueError
        If the shapes do not fit together, or probabilities are not finite.
    """
    y_true, proba = _checked(y_true, proba)
    n, k = proba.shape
    if k != len(classes):
        raise ValueError(f"expected a probability for each of {len(classes)} classes, got {k}")
    predicted = proba.argmax(axis=1)
    confusion = np.bincount(y_true * k + predicted, minlength=k * k).reshape(k, k)
    right = np.diag(confusion).astype(float)
    support, guesses = confusion.sum(axis=1), confusion.sum(axis=0)
    precision, recall = _ratio(right, guesses), _ratio(right, support)
    f1 = _ratio(2 * right, support + guesses)
    of_true = proba[np.arange(n), y_true]
    earlier = np.arange(k) < y_true[:, None]
    above = (proba > of_true[:, None]) | ((proba == of_true[:, None]) & earlier)
    accuracy = float(right.sum() / n)
    return Report(
        modality=modality,
        head=head,
        part=part,
        n=n,
        classes=tuple(classes),
        accuracy=accuracy,
        macro_f1=float(f1[(support + guesses) > 0].mean()),
        weighted_f1=float(f1 @ support / n),
        micro_f1=accuracy,  # the same number where every row has one class and gets one
        top3_accuracy=float((above.sum(axis=1) < 3).mean()),
        log_loss=float(-np.log(np.clip(of_true, SMALLEST, 1)).mean()),
        per_class=tuple(
            ClassScore(str(name), float(p), float(r), float(f), int(s))
            for name, p, r, f, s in zip(classes, precision, recall, f1, support, strict=True)
        ),
        confusion=confusion,
    )


def predictions_table(
    skus: Sequence[str], y_true: np.ndarray, proba: np.ndarray, classes: Sequence[str], head: str
) -> pd.DataFrame:
    """Lay out what a head says on each row: ``head, sku, true, predicted, confidence, p:<class>...``.

    Probabilities are rounded to five decimals first; prediction and confidence come from the rounded ones.
    """
    import pandas as pd

    y_true, proba = _checked(y_true, proba)
    rounded = proba.round(DECIMALS)
    names = np.asarray(classes, dtype=object)
    table = {
        "head": head,
        "sku": np.asarray(skus, dtype=object),
        "true": names[y_true],
        "predicted": names[rounded.argmax(axis=1)],
        "confidence": rounded.max(axis=1),
    }
    shares = pd.DataFrame(rounded, columns=[f"p:{name}" for name in classes])
    return pd.concat([pd.DataFrame(table), shares], axis=1)


def reports_from_predictions(table: pd.DataFrame, modality: str) -> list[Report]:
    """Compute a report a head, in order of appearance, from nothing but a predictions table.

    Raises
    ------
    CatalogueError
        If the table lacks a column, or names a true class it has no probabilities for.
    """
    columns = [name for name in table.columns if name.startswith("p:")]
    lacking = {"head", "true"} - set(table.columns)
    if lacking or not columns:
        needed = ", ".join(sorted(lacking)) or "p:<class>"
        raise CatalogueError(f"not a predictions table: expected a column {needed}, got {list(table)[:8]}")
    classes = [name.removeprefix("p:") for name in columns]
    number = {name: position for position, name in enumerate(classes)}
    unknown = sorted(set(table["true"].astype(str)) - set(number))
    if unknown:
        raise CatalogueError(f"the predictions table has no column 'p:{unknown[0]}' for a true class")
    reports = []
    for head, rows in table.groupby("head", sort=False):
        y_true = rows["true"].astype(str).map(number).to_numpy(dtype=np.int64)
        # Rounding again undoes what reading a decimal from a file may add in the last bit.
        proba = rows[columns].to_numpy(dtype=np.float64).round(DECIMALS)
        reports.append(evaluate(y_true, proba, classes, modality=modality, head=str(head)))
    return reports


@dataclass(frozen=True)
class Reliability:
    """How far confidence can be believed, in equally wide bins of confidence.

    Attributes
    ----------
    edges : np.ndarray
        float64, shape (bins + 1,), from 0 to 1; a bin holds its upper edge.
    accuracy, confidence : np.ndarray
        float64, shape (bins,): the share that is right and the mean confidence; NaN in an empty bin.
    counts : np.ndarray
        int64, shape (bins,): rows in each.
    """

    edges: np.ndarray
    accuracy: np.ndarray
    confidence: np.ndarray
    counts: np.ndarray

    @property
    def expected_calibration_error(self) -> float:
        """Mean distance of accuracy from confidence, weighted by rows (Naeini et al., 2015), in [0, 1]."""
        filled = self.counts > 0
        gap = np.abs(self.accuracy[filled] - self.confidence[filled])
        return float(gap @ self.counts[filled] / self.counts.sum())


def reliability(y_true: np.ndarray, proba: np.ndarray, bins: int = 15) -> Reliability:
    """Compare confidence, the highest probability of a row, with the share of rows that are right."""
    y_true, proba = _checked(y_true, proba)
    if bins < 1:
        raise ValueError(f"expected one bin or more, got {bins}")
    confidence = proba.max(axis=1)
    right = proba.argmax(axis=1) == y_true
    edges = np.linspace(0, 1, bins + 1)
    place = np.clip(np.searchsorted(edges, confidence) - 1, 0, bins - 1)
    counts = np.bincount(place, minlength=bins)
    empty = np.where(counts > 0, counts, np.nan)
    return Reliability(
        edges=edges,
        accuracy=np.bincount(place, weights=right, minlength=bins) / empty,
        confidence=np.bincount(place, weights=confidence, minlength=bins) / empty,
        counts=counts,
    )


def review_threshold(y_true: np.ndarray, proba: np.ndarray, precision: float = 0.95) -> float:
    """Return the lowest confidence from which on the rows are right with `precision` or better.

    Parameters
    ----------
    y_true, proba : np.ndarray
        Class numbers (n,) and probabilities (n, k) of rows that chose nothing else, validation rows.
    precision : float
        The share of right predictions wanted among the rows at or above the threshold, in (0, 1].

    Returns
    -------
    float
        In [0, 1]; 1.01, which no confidence reaches, if there is no such threshold.
    """
    y_true, proba = _checked(y_true, proba)
    confidence = proba.max(axis=1)
    order = np.argsort(-confidence, kind="stable")
    confidence = confidence[order]
    right = np.cumsum((proba.argmax(axis=1) == y_true)[order])
    # A threshold takes all rows of equal confidence or none: only the last of equals can be one.
    last = np.append(confidence[1:] < confidence[:-1], True)
    good = last & (right / np.arange(1, len(right) + 1) >= precision)
    return float(confidence[good].min()) if good.any() else 1.01


def _checked(y_true: np.ndarray, proba: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    y_true, proba = np.asarray(y_true, dtype=np.int64), np.asarray(proba, dtype=np.float64)
    if proba.ndim != 2 or y_true.shape != proba.shape[:1]:
        raise ValueError(f"expected labels (n,) and probabilities (n, k), got {y_true.shape}, {proba.shape}")
    if not len(y_true):
        raise CatalogueError("no rows to evaluate: expected one or more, got none")
    if y_true.min() < 0 or y_true.max() >= proba.shape[1]:
        raise ValueError(f"expected class numbers from 0 to {proba.shape[1] - 1}, got {y_true.max()}")
    if not np.isfinite(proba).all():
        raise ValueError("expected finite probabilities, got NaN or infinity")
    return y_true, proba


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    return np.divide(above, below, out=np.zeros(len(above)), where=below > 0)

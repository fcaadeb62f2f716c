"""How far confidence can be believed: accuracy in bins of confidence, and the calibration error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.evaluation.checks import checked_predictions


@dataclass(frozen=True)
class Reliability:
    """Accuracy and mean confidence in bins of confidence of equal width.

    Attributes
    ----------
    edges : np.ndarray
        float64, shape (bins + 1,), from 0 to 1; a bin includes its upper edge.
    accuracy, confidence : np.ndarray
        float64, shape (bins,), in [0, 1]: accuracy and mean confidence; NaN in an empty bin.
    counts : np.ndarray
        int64, shape (bins,): products in each bin.
    """

    edges: np.ndarray
    accuracy: np.ndarray
    confidence: np.ndarray
    counts: np.ndarray

    @property
    def expected_calibration_error(self) -> float:
        """Mean distance of accuracy and confidence, weighted by products (Naeini et al., 2015); in [0, 1]."""
        filled = self.counts > 0
        gap = np.abs(self.accuracy[filled] - self.confidence[filled])
        return float(gap @ self.counts[filled] / self.counts.sum())


def reliability(y_true: np.ndarray, proba: np.ndarray, bins: int = 15) -> Reliability:
    """Compare confidence, the highest probability of a product, with accuracy.

    Parameters
    ----------
    y_true, proba : np.ndarray
        Class numbers (n,) and probabilities (n, k).
    bins : int
        How many.

    Raises
    ------
    CatalogueError
        If there are no products.
    ValueError
        If the arrays do not fit together, or there are no bins.
    """
    y_true, proba = checked_predictions(y_true, proba)
    if bins < 1:
        raise ValueError(f"expected one bin or more, got {bins}")
    confidence = proba.max(axis=1)
    right = proba.argmax(axis=1) == y_true
    edges = np.linspace(0, 1, bins + 1)
    position = np.clip(np.searchsorted(edges, confidence) - 1, 0, bins - 1)
    counts = np.bincount(position, minlength=bins)
    divisor = np.where(counts > 0, counts, np.nan)
    return Reliability(
        edges=edges,
        accuracy=np.bincount(position, weights=right, minlength=bins) / divisor,
        confidence=np.bincount(position, weights=confidence, minlength=bins) / divisor,
        counts=counts,
    )

"""From what is measured of a product to one number: how unlike the catalogue it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

FARTHEST = 4.0
"""A signal counts as at most this many standard deviations away from the mean."""
STRENGTH = 0.01
"""Inverse of the L2 penalty: signals say much the same, and few categories teach which to trust."""


@dataclass(frozen=True)
class StrangenessScore:
    """A logistic regression of signals.

    Attributes
    ----------
    means, scales, weights
        One for each signal; a signal counts by its distance from the mean in scales.
    bias
        Its intercept.
    """

    means: tuple[float, ...]
    scales: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float

    def of(self, signals: np.ndarray) -> np.ndarray:
        """Return how strange n products are, float64 (n,), 0 to 1, for signals (n, s)."""
        log_odds = standardised(signals, self.means, self.scales) @ np.asarray(self.weights) + self.bias
        strange: np.ndarray = 1 / (1 + np.exp(-log_odds))
        return strange

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers and lists, ready for JSON."""
        return {
            "means": list(self.means),
            "scales": list(self.scales),
            "weights": list(self.weights),
            "bias": self.bias,
        }


def fit_score(signals: np.ndarray, strange: np.ndarray, weights: np.ndarray) -> StrangenessScore:
    """Learn to tell strange products from known ones; without any strange ones, all signals count alike.

    Parameters
    ----------
    signals
        float (n, s).
    strange
        bool (n,).
    weights
        float (n,): how much each product counts.
    """
    from sklearn.linear_model import LogisticRegression

    means, scales = signals.mean(axis=0), np.maximum(signals.std(axis=0), 1e-6)
    if not strange.any():
        even = (-1 / signals.shape[1],) * signals.shape[1]
        return StrangenessScore(tuple(means.tolist()), tuple(scales.tolist()), even, 0.0)
    model = LogisticRegression(C=STRENGTH, max_iter=500)
    model.fit(standardised(signals, means, scales), strange, sample_weight=weights)
    return StrangenessScore(
        tuple(means.tolist()),
        tuple(scales.tolist()),
        tuple(model.coef_[0].tolist()),
        float(model.intercept_[0]),
    )


def standardised(
    signals: np.ndarray, means: np.ndarray | tuple[float, ...], scales: np.ndarray | tuple[float, ...]
) -> np.ndarray:
    """Return distances from the means in scales, cut at `FARTHEST`; 0 for a signal that is NaN."""
    distances = np.clip((signals - np.asarray(means)) / np.asarray(scales), -FARTHEST, FARTHEST)
    return np.asarray(np.nan_to_num(distances, nan=0.0))

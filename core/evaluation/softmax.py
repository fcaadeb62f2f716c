"""The softmax: logits as probabilities."""

from __future__ import annotations

import numpy as np


def softmax(logits: np.ndarray) -> np.ndarray:
    """Return rows of probabilities for logits (n, k)."""
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    proba: np.ndarray = odds / odds.sum(axis=1, keepdims=True)
    return proba

"""Where to put a point on a map whose neighbours are on it already."""

from __future__ import annotations

import numpy as np

STEPS = 10
CLOSE = 1e-3
"""Neighbours that are nearer than this count as if they were at this distance."""


def closeness(distance: np.ndarray) -> np.ndarray:
    """Return how much each neighbour counts, float (m, k), by its distance in the features, 0 or more."""
    return np.asarray(1 / np.maximum(distance, CLOSE))


def geometric_median(positions: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the weighted geometric median of the neighbours of each point (Weiszfeld, 1937).

    openTSNE and UMAP start from the weighted mean when they add a point to a map
    (`openTSNE.initialization.weighted_mean`; McInnes, Healy and Melville, 2018, section 4.2). If the
    neighbours lie in two clusters, the mean lies in neither. From there Weiszfeld's steps lead to the point
    with the smallest weighted sum of distances, which one stray neighbour cannot pull away.

    Parameters
    ----------
    positions : np.ndarray
        float, shape (m, k, 2 or 3): of the k neighbours of m points.
    weights : np.ndarray
        float, shape (m, k), above 0.

    Returns
    -------
    np.ndarray
        float64, shape (m, 2 or 3).
    """
    positions, weights = positions.astype(np.float64), weights.astype(np.float64)
    at = _mean(positions, weights)
    # Points on a neighbour stay there: they are not divided by 0.
    tiny = np.maximum(1e-6 * np.ptp(positions, axis=1).max(axis=1), 1e-12)[:, None]
    for _ in range(STEPS):
        away = np.linalg.norm(positions - at[:, None], axis=2)
        at = _mean(positions, weights / np.maximum(away, tiny))
    return at


def _mean(positions: np.ndarray, weights: np.ndarray) -> np.ndarray:
    weights = weights / weights.sum(axis=1, keepdims=True)
    return np.asarray(np.einsum("mk,mkd->md", weights, positions))

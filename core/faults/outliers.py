"""Outliers: products unlike all others, perhaps from another catalogue, or with an unusable text or image."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.faults.product_neighbours import ProductNeighbours

NEIGHBOUR_RANK = 10
FEWEST = 20
"""A category with fewer products is compared with the whole catalogue."""


@dataclass(frozen=True, eq=False)
class Outliers:
    """How far each product is from the others.

    Attributes
    ----------
    score : np.ndarray
        float32, shape (n,): the distance on a scale from the category's third quartile (0) to no similarity
        at all (1); mean over the product's modalities.
    percentile : np.ndarray
        float32, shape (n,): percent of its category's products that score lower, 0 to 100.
    outside : np.ndarray
        bool, shape (n,): beyond the category's third quartile by 1.5 interquartile ranges or more.
    is_issue : np.ndarray
        bool, shape (n,): beyond it by 3 or more ("far out": Tukey, Exploratory Data Analysis, 1977).
    modalities : Mapping[str, np.ndarray]
        Modality -> bool (n,): far out in this modality.

    All are NaN or False where a product has no modality, or nothing to compare it with.
    """

    score: np.ndarray
    percentile: np.ndarray
    outside: np.ndarray
    is_issue: np.ndarray
    modalities: Mapping[str, np.ndarray]


def find_outliers(y: np.ndarray, neighbours: Mapping[str, ProductNeighbours]) -> Outliers:
    """Judge products by the distance to their tenth-nearest neighbour, compared with their category.

    Text and image are judged separately; a product is far out if it is in either. A search in both side by
    side found products of another catalogue no better, and costs as much again.

    Parameters
    ----------
    y : np.ndarray
        int, shape (n,): categories.
    neighbours : Mapping[str, ProductNeighbours]
        Modality -> neighbours.

    Raises
    ------
    ValueError
        If there is no modality, or the arrays do not fit each other.
    """
    y = np.asarray(y)
    if not neighbours or any(len(each.present) != len(y) for each in neighbours.values()):
        sizes = {name: len(each.present) for name, each in neighbours.items()}
        raise ValueError(f"expected one modality or more of {len(y)} rows, got {sizes}")
    scores, steps = {}, {}
    for name, each in neighbours.items():
        distance = each.distance_to(NEIGHBOUR_RANK)
        quartile, spread = _quartiles(distance, y)
        beyond = distance - quartile
        scores[name] = np.clip(beyond / np.maximum(1 - quartile, 1e-6), 0, 1)
        # If half of a category is equally far, any excess is a huge number of interquartile ranges.
        steps[name] = np.nan_to_num(beyond / np.maximum(spread, 1e-6), nan=-1.0)
    known = np.stack([np.isfinite(score) for score in scores.values()])
    is_known: np.ndarray = np.asarray(known.any(axis=0))
    total = np.nan_to_num(np.stack(list(scores.values()))).sum(axis=0)
    score = np.where(is_known, total / np.maximum(known.sum(axis=0), 1), np.nan)
    percentile = np.full(len(y), np.nan, dtype=np.float32)
    for rows in _rows_by_category(y, is_known):
        ranked = np.sort(score[rows])
        percentile[rows] = 100 * np.searchsorted(ranked, score[rows]) / len(rows)
    far = {name: (step >= 3) & (scores[name] > 0) for name, step in steps.items()}
    outside = np.any([(step >= 1.5) & (scores[name] > 0) for name, step in steps.items()], axis=0)
    return Outliers(score.astype(np.float32), percentile, outside, np.any(list(far.values()), axis=0), far)


def _quartiles(distance: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the third quartile and interquartile range of each row's category, NaN where unknown."""
    quartile, spread = np.full(len(y), np.nan), np.full(len(y), np.nan)
    known = np.isfinite(distance)
    for rows in _rows_by_category(y, known):
        low, high = np.quantile(distance[rows if len(rows) >= FEWEST else known], (0.25, 0.75))
        quartile[rows], spread[rows] = high, high - low
    return quartile, spread


def _rows_by_category(y: np.ndarray, known: np.ndarray) -> list[np.ndarray]:
    return [np.flatnonzero(known & (y == each)) for each in np.unique(y[known])]

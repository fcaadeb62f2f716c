"""Products unlike all others: perhaps in the wrong catalogue, perhaps with a useless text or picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.faults.near import Near

NEIGHBOUR = 10
FEWEST = 20
"""A class with fewer products is compared with the whole catalogue."""


@dataclass(frozen=True, eq=False)
class Outliers:
    """How far each product is from the others.

    Attributes
    ----------
    score : np.ndarray
        float32, shape (n,): mean over the product's modalities of how much of the way it is from its
        category's third quartile (0) to no likeness at all (1).
    percentile : np.ndarray
        float32, shape (n,): percent of its category's products that score lower, 0 to 100.
    outside : np.ndarray
        bool, shape (n,): beyond the category's third quartile by 1.5 interquartile ranges or more.
    is_issue : np.ndarray
        bool, shape (n,): by 3 or more ("far out": Tukey, Exploratory Data Analysis, 1977).
    modalities : Mapping[str, np.ndarray]
        Modality -> bool (n,): far out in it.

    All are NaN or False where a product has no modality, or nothing to be compared with.
    """

    score: np.ndarray
    percentile: np.ndarray
    outside: np.ndarray
    is_issue: np.ndarray
    modalities: Mapping[str, np.ndarray]


def find_outliers(y: np.ndarray, spaces: Mapping[str, Near]) -> Outliers:
    """Judge how far products are from their tenth-nearest neighbours, as their category goes.

    Text and picture are judged each by itself; a product is far out if it is in one of them. A search in both
    side by side found guests from another catalogue no better, and costs as much again.

    Parameters
    ----------
    y : np.ndarray
        int, shape (n,): classes.
    spaces : Mapping[str, Near]
        Modality -> neighbours.

    Raises
    ------
    ValueError
        There is no modality, or the arrays do not fit each other.
    """
    y = np.asarray(y)
    if not spaces or any(len(space.present) != len(y) for space in spaces.values()):
        sizes = {name: len(space.present) for name, space in spaces.items()}
        raise ValueError(f"expected one modality or more of {len(y)} rows, got {sizes}")
    scores, steps = {}, {}
    for name, space in spaces.items():
        distance = space.scale(NEIGHBOUR)
        quartile, spread = _quartiles(distance, y)
        beyond = distance - quartile
        scores[name] = np.clip(beyond / np.maximum(1 - quartile, 1e-6), 0, 1)
        # Where half of a class is equally far, any step beyond is endlessly many spreads.
        steps[name] = np.nan_to_num(beyond / np.maximum(spread, 1e-6), nan=-1.0)
    known = np.stack([np.isfinite(each) for each in scores.values()])
    total = np.nan_to_num(np.stack(list(scores.values()))).sum(axis=0)
    score = np.where(known.any(axis=0), total / np.maximum(known.sum(axis=0), 1), np.nan)
    percentile = np.full(len(y), np.nan, dtype=np.float32)
    for rows in _classes(y, known.any(axis=0)):
        ranked = np.sort(score[rows])
        percentile[rows] = 100 * np.searchsorted(ranked, score[rows]) / len(rows)
    far = {name: (step >= 3) & (scores[name] > 0) for name, step in steps.items()}
    outside = np.any([(step >= 1.5) & (scores[name] > 0) for name, step in steps.items()], axis=0)
    return Outliers(score.astype(np.float32), percentile, outside, np.any(list(far.values()), axis=0), far)


def _quartiles(distance: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each row's class's third quartile and interquartile range, NaN where nothing is known."""
    quartile, spread = np.full(len(y), np.nan), np.full(len(y), np.nan)
    known = np.isfinite(distance)
    for rows in _classes(y, known):
        low, high = np.quantile(distance[rows if len(rows) >= FEWEST else known], (0.25, 0.75))
        quartile[rows], spread[rows] = high, high - low
    return quartile, spread


def _classes(y: np.ndarray, known: np.ndarray) -> list[np.ndarray]:
    return [np.flatnonzero(known & (y == each)) for each in np.unique(y[known])]

"""Which products lie in an outline that was drawn on a map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

MOST_CORNERS = 10_000


@dataclass(frozen=True, eq=False)
class Outline:
    """An outline on a map as it is seen.

    Attributes
    ----------
    corners
        float64 (k, 2), from the middle of the map; the last one is joined to the first.
    turn
        float64 (2, 3): takes coordinates, from the middle of the map, to those of the corners.
    hidden
        Names of layers that the visitor has hidden.
    add
        Whether to keep what was picked before.
    """

    corners: np.ndarray
    turn: np.ndarray
    hidden: frozenset[str]
    add: bool

    @classmethod
    def read(cls, sent: Any) -> Outline | None:
        """Read what a browser has sent; None where that is no outline."""
        try:
            corners = np.asarray(sent["corners"], dtype=np.float64).reshape(-1, 2)
            turn = np.asarray(sent["turn"], dtype=np.float64).reshape(2, 3)
            hidden = frozenset(map(str, sent["hidden"]))
            add = bool(sent["add"])
        except (KeyError, TypeError, ValueError):
            return None
        if len(corners) > MOST_CORNERS or not (np.isfinite(corners).all() and np.isfinite(turn).all()):
            return None
        return cls(corners, turn, hidden, add)


def rows_inside(
    outline: Outline, coordinates: np.ndarray, rows: Sequence[int] | np.ndarray, middle: np.ndarray
) -> np.ndarray:
    """Return the products in an outline, int64 (k,).

    Parameters
    ----------
    outline
        What was drawn.
    coordinates
        float (n, 2 or 3).
    rows
        int (m,): the products that may be picked; all are on the map.
    middle
        float (2 or 3,): of the map.
    """
    rows = np.asarray(rows, dtype=np.int64)
    seen = (coordinates[rows] - middle) @ outline.turn[:, : coordinates.shape[1]].T
    return np.asarray(rows[in_polygon(seen, outline.corners)])


def in_polygon(points: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """Return whether each point lies in a polygon, bool (n,).

    A ray to the right of one that does crosses it an odd number of times. The points are sorted by height
    once, so that each edge looks only at those beside it.

    Parameters
    ----------
    points
        float (n, 2).
    corners
        float (k, 2); the last one is joined to the first.
    """
    inside = np.zeros(len(points), dtype=bool)
    if len(corners) < 3:
        return inside
    low, high = corners.min(axis=0), corners.max(axis=0)
    near = np.flatnonzero(((points >= low) & (points <= high)).all(axis=1))
    near = near[np.argsort(points[near, 1], kind="stable")]
    x, y = points[near].T
    odd = np.zeros(len(near), dtype=bool)
    for (from_x, from_y), (to_x, to_y) in zip(np.roll(corners, 1, axis=0), corners, strict=True):
        start, end = np.searchsorted(y, sorted((from_y, to_y)))
        if start < end:
            slope = (from_x - to_x) / (from_y - to_y)
            odd[start:end] ^= x[start:end] < slope * (y[start:end] - to_y) + to_x
    inside[near] = odd
    return inside

"""The neighbour graph of one modality: computed once, shared by the maps and the search for faults.

Repeated rows count as one row: otherwise they would be each other's only neighbours, tear a map apart, and
hide from each product what else is similar to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from core.common.errors import CoreError
from core.common.progress import Progress, silent
from core.nearest.exact import EuclideanNeighbours, Neighbours, nearest, nearest_by_distance, unit

METRICS = ("cosine", "euclidean")
# As many as t-SNE needs at a perplexity of 30; everything else takes the first of them.
NEIGHBOURS = 90


@dataclass(frozen=True, eq=False)
class Graph:
    """The unique rows among n vectors, and the nearest neighbours of each.

    Attributes
    ----------
    rows : np.ndarray
        float32, shape (u, d): the unique rows; of length one where the metric is cosine.
    places : np.ndarray
        int64, shape (n,): the unique row of each vector.
    metric : str
        One of `METRICS`.
    reach : int
        How many neighbours the first search finds at least.
    """

    rows: np.ndarray
    places: np.ndarray
    metric: str = METRICS[0]
    reach: int = NEIGHBOURS
    _cache: dict[str, Neighbours | EuclideanNeighbours] = field(default_factory=dict, init=False, repr=False)

    def nearest(self, k: int, progress: Progress = silent) -> Neighbours | EuclideanNeighbours:
        """Return the `k` nearest unique rows of each unique row, without itself; fewer if there are fewer.

        The first call searches; a later one searches again only if it needs more neighbours.

        Parameters
        ----------
        k : int
            How many.
        progress : Progress
            Told for how many rows the neighbours are known.

        Returns
        -------
        Neighbours or EuclideanNeighbours
            The former, with cosines, if the metric is cosine.
        """
        neighbours = self._cache.get("nearest")
        if neighbours is None or neighbours.indices.shape[1] < min(k, len(self.rows) - 1):
            neighbours = self.search(self.rows, max(k, self.reach), progress=progress)
            self._cache["nearest"] = neighbours
        return neighbours.first(k)

    def search(
        self, rows: np.ndarray, k: int, queries: np.ndarray | None = None, *, progress: Progress = silent
    ) -> Neighbours | EuclideanNeighbours:
        """Find the nearest among other rows by this graph's metric, as `core.nearest.exact.nearest` does."""
        if self.metric == "cosine":
            return nearest(rows, k, queries, progress=progress)
        return nearest_by_distance(rows, k, queries, progress=progress)


def graph_of(vectors: np.ndarray, *, metric: str = METRICS[0], reach: int = NEIGHBOURS) -> Graph:
    """Find the unique rows of `vectors`; their neighbours are searched for when first needed.

    Parameters
    ----------
    vectors : np.ndarray
        float, shape (n, d), finite.
    metric : str
        ``cosine``: rows with the same direction count as one. ``euclidean``: equal rows count as one.
    reach : int
        How many neighbours the first search finds at least.

    Raises
    ------
    CoreError
        If the metric is unknown.
    """
    if metric not in METRICS:
        raise CoreError(f"unknown metric {metric!r}: expected one of {', '.join(METRICS)}")
    vectors = np.ascontiguousarray(vectors, dtype=np.float32)
    if vectors.ndim != 2:
        raise ValueError(f"expected vectors (n, d), got {vectors.shape}")
    if not np.isfinite(vectors).all():
        raise ValueError("expected finite vectors, got NaN or infinity")
    rows, places = np.unique(unit(vectors) if metric == "cosine" else vectors, axis=0, return_inverse=True)
    return Graph(rows, places.ravel(), metric, reach)

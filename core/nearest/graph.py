"""The neighbour graph of one modality: computed once, shared by the maps and the search for faults.

Repeated rows count as one row: otherwise they would be each other's only neighbours, tear a map apart, and
hide from each product what else is similar to it. Neighbours are exact up to `EXACT_UP_TO` unique rows; among
more they are approximate (`core.nearest.approximate`), and how many of the true ones are found is measured;
exact again where the rows have no clusters that would make that faster.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from core.common.engine import THIS_PROCESS, Engine
from core.common.errors import CoreError
from core.common.progress import Progress, silent
from core.nearest import approximate
from core.nearest.approximate import Recall
from core.nearest.exact import EuclideanNeighbours, Neighbours, nearest, nearest_by_distance, unit
from core.nearest.unique import unique_rows

METRICS = ("cosine", "euclidean")
# As many as t-SNE needs at a perplexity of 30; everything else takes the first of them.
NEIGHBOURS = 90
EXACT_UP_TO = 20_000
"""Unique rows: an exact search among them takes a few seconds, and among more it grows with their square."""
# An approximate search that looks at more than this part of the rows for each row gains little or nothing.
_WORTH = 4


@dataclass(frozen=True)
class _Found:
    nearest: Neighbours | EuclideanNeighbours
    recall: Recall | None = None


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
    engine : Engine
        Searches.
    """

    rows: np.ndarray
    places: np.ndarray
    metric: str = METRICS[0]
    reach: int = NEIGHBOURS
    engine: Engine = THIS_PROCESS
    _cache: dict[str, _Found] = field(default_factory=dict, init=False, repr=False)

    @property
    def recall(self) -> Recall | None:
        """How many of the true neighbours were found; None if they are exact or not yet searched for."""
        found = self._cache.get("nearest")
        return found.recall if found else None

    def with_nearest(self, nearest: Neighbours | EuclideanNeighbours, recall: Recall | None = None) -> Graph:
        """Return the same graph with neighbours that were found before, `reach` of them or more."""
        graph = Graph(self.rows, self.places, self.metric, self.reach, self.engine)
        graph._cache["nearest"] = _Found(nearest, recall)
        return graph

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
            The former, with cosines, if the metric is cosine. Approximate among more than `EXACT_UP_TO` rows.
        """
        found = self._cache.get("nearest")
        if found is None or found.nearest.indices.shape[1] < min(k, len(self.rows) - 1):
            found = self._cache["nearest"] = self._search_all(max(k, self.reach), progress)
        return found.nearest.first(k)

    def _search_all(self, k: int, progress: Progress) -> _Found:
        found: tuple[Neighbours | EuclideanNeighbours, Recall] | None = None
        if len(self.rows) > EXACT_UP_TO:
            search = approximate.nearest if self.metric == "cosine" else approximate.nearest_by_distance
            most = len(self.rows) // _WORTH
            found = search(self.rows, k, most=most, progress=progress, engine=self.engine)
        return _Found(*(found or (self.search(self.rows, k, progress=progress),)))

    def search(
        self, rows: np.ndarray, k: int, queries: np.ndarray | None = None, *, progress: Progress = silent
    ) -> Neighbours | EuclideanNeighbours:
        """Find the nearest among other rows by this graph's metric, as `core.nearest.exact.nearest` does."""
        if self.metric == "cosine":
            return nearest(rows, k, queries, progress=progress, engine=self.engine)
        return nearest_by_distance(rows, k, queries, progress=progress, engine=self.engine)


def graph_of(
    vectors: np.ndarray,
    *,
    metric: str = METRICS[0],
    reach: int = NEIGHBOURS,
    engine: Engine = THIS_PROCESS,
) -> Graph:
    """Find the unique rows of `vectors`; their neighbours are searched for when first needed.

    Parameters
    ----------
    vectors : np.ndarray
        float, shape (n, d), finite.
    metric : str
        ``cosine``: rows with the same direction count as one. ``euclidean``: equal rows count as one.
    reach : int
        How many neighbours the first search finds at least.
    engine : Engine
        Searches.

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
    if not np.isfinite([vectors.min(initial=0), vectors.max(initial=0)]).all():
        raise ValueError("expected finite vectors, got NaN or infinity")
    rows, places = unique_rows(vectors, unit if metric == "cosine" else np.asarray)
    return Graph(rows, places, metric, reach, engine)

"""Who is near whom in one modality: found once, shared by the maps and the search for faults.

Rows that repeat are one row here: they would be each other's only neighbours, tear a map apart, and hide from
each product what else is like it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from core.common.errors import CoreError
from core.common.progress import Progress, silent
from core.nearest.exact import Closest, Neighbours, nearest, nearest_by_distance, unit

METRICS = ("cosine", "euclidean")
# As many as t-SNE wants at a perplexity of 30; all others take the first of them.
NEIGHBOURS = 90


@dataclass(frozen=True, eq=False)
class Graph:
    """The different rows among n vectors, and the nearest of each.

    Attributes
    ----------
    rows : np.ndarray
        float32, shape (u, d): the unique rows; of length one where the metric is cosine.
    places : np.ndarray
        int64, shape (n,): which unique row each vector is.
    metric : str
        One of `METRICS`.
    reach : int
        How many neighbours the first search finds, if more are not asked for.
    """

    rows: np.ndarray
    places: np.ndarray
    metric: str = METRICS[0]
    reach: int = NEIGHBOURS
    _found: dict[str, Neighbours | Closest] = field(default_factory=dict, init=False, repr=False)

    def nearest(self, k: int, progress: Progress = silent) -> Neighbours | Closest:
        """Return the `k` nearest unique rows of each, itself left out; fewer where there are fewer.

        Searched for once: by the first call, and again only if a later one asks for more than were found.

        Parameters
        ----------
        k : int
            How many.
        progress : Progress
            Told how many rows have found their neighbours.

        Returns
        -------
        Neighbours or Closest
            The former, with cosines, where the metric is cosine.
        """
        found = self._found.get("nearest")
        if found is None or found.indices.shape[1] < min(k, len(self.rows) - 1):
            found = self.search(self.rows, max(k, self.reach), progress=progress)
            self._found["nearest"] = found
        return found.first(k)

    def search(
        self, rows: np.ndarray, k: int, queries: np.ndarray | None = None, *, progress: Progress = silent
    ) -> Neighbours | Closest:
        """Find the nearest among other rows by this graph's metric, as `core.nearest.exact.nearest` does."""
        look = nearest if self.metric == "cosine" else nearest_by_distance
        return look(rows, k, queries, progress=progress)


def graph_of(vectors: np.ndarray, *, metric: str = METRICS[0], reach: int = NEIGHBOURS) -> Graph:
    """Find the different rows of `vectors`; their neighbours are searched for when first asked for.

    Parameters
    ----------
    vectors : np.ndarray
        float, shape (n, d), finite.
    metric : str
        ``cosine``: rows that point the same way are one row. ``euclidean``: equal rows are.
    reach : int
        How many neighbours to find at the first search.

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

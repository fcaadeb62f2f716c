"""Each product's nearest others in one modality, exact copies of a vector counted once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.common.progress import Progress, silent
from core.nearest.exact import unit
from core.nearest.graph import Graph, graph_of

NEAREST = 10


@dataclass(frozen=True, eq=False)
class Near:
    """The nearest products with another vector.

    Attributes
    ----------
    vectors : np.ndarray
        float32, shape (n, d): of length one.
    present : np.ndarray
        bool, shape (n,): which products have a vector.
    first : np.ndarray
        int64, shape (n,): the first row with the same vector, often the row itself; -1 where absent.
    indices : np.ndarray
        int64, shape (n, k): the nearest rows among the first of their vector, best first; -1 where absent.
    distance : np.ndarray
        float32, shape (n, k): 1 - cosine, 0 to 2; NaN where absent.
    """

    vectors: np.ndarray
    present: np.ndarray
    first: np.ndarray
    indices: np.ndarray
    distance: np.ndarray

    def scale(self, place: int) -> np.ndarray:
        """Return the distance to the neighbour at `place` (from 1), the last where there are fewer.

        float32, shape (n,); NaN where the product is absent or has no neighbour.
        """
        if not self.distance.shape[1]:
            return np.full(len(self.distance), np.nan, dtype=np.float32)
        return self.distance[:, min(place, self.distance.shape[1]) - 1]


def near(
    vectors: np.ndarray,
    present: np.ndarray,
    k: int = NEAREST,
    *,
    graph: Graph | None = None,
    progress: Progress = silent,
) -> Near:
    """Find each product's `k` nearest others.

    Parameters
    ----------
    vectors : np.ndarray
        float, shape (n, d).
    present : np.ndarray
        bool, shape (n,): rows that count.
    k : int
        How many; fewer where there are fewer different vectors.
    graph : Graph, optional
        Of the rows that count, by cosine (`core.nearest.graph.graph_of`), where the maps need it as well.
    progress : Progress
        Told the products searched for.

    Raises
    ------
    ValueError
        The arrays or the graph do not fit each other.
    """
    present = np.asarray(present, dtype=bool)
    if np.ndim(vectors) != 2 or present.shape != np.shape(vectors)[:1]:
        raise ValueError(f"expected vectors (n, d) and a mask (n,), got {np.shape(vectors)}, {present.shape}")
    vectors = unit(vectors)
    rows = np.flatnonzero(present)
    graph = graph_of(vectors[rows], reach=k) if graph is None else graph
    if graph.metric != "cosine" or len(graph.places) != len(rows):
        raise ValueError(
            f"expected a graph of {len(rows)} rows by cosine, got {len(graph.places)} by {graph.metric}"
        )
    found = graph.nearest(k, progress)
    # Where each unique row stands first in the catalogue.
    firsts = rows[np.unique(graph.places, return_index=True)[1]]
    first = np.full(len(vectors), -1, dtype=np.int64)
    first[rows] = firsts[graph.places]
    indices = np.full((len(vectors), found.indices.shape[1]), -1, dtype=np.int64)
    distance = np.full(indices.shape, np.nan, dtype=np.float32)
    indices[rows] = firsts[found.indices][graph.places]
    distance[rows] = 1 - found.similarity[graph.places]
    return Near(vectors, present, first, indices, distance)

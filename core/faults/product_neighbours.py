"""The nearest neighbours of each product in one modality; exact copies of a vector count once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.common.progress import Progress, silent
from core.nearest.graph import Graph, graph_of

NEIGHBOURS = 10


@dataclass(frozen=True, eq=False)
class ProductNeighbours:
    """The nearest products with a different vector.

    Attributes
    ----------
    unique : np.ndarray
        float32, shape (u, d): the different vectors, of length one.
    places : np.ndarray
        int64, shape (n,): which of these each product has; -1 where absent.
    present : np.ndarray
        bool, shape (n,): which products have a vector.
    first : np.ndarray
        int64, shape (n,): the first row with the same vector, often the row itself; -1 where absent.
    indices : np.ndarray
        int64, shape (n, k): the nearest rows, each the first with its vector, nearest first; -1 where absent.
    distance : np.ndarray
        float32, shape (n, k): 1 - cosine, 0 to 2; NaN where absent.
    """

    unique: np.ndarray
    places: np.ndarray
    present: np.ndarray
    first: np.ndarray
    indices: np.ndarray
    distance: np.ndarray

    def vectors(self, rows: np.ndarray) -> np.ndarray:
        """Return the vectors of some products that are present, of length one, float32 (m, d)."""
        vectors: np.ndarray = self.unique[self.places[rows]]
        return vectors

    def distance_to(self, rank: int) -> np.ndarray:
        """Return each product's distance to its neighbour of this rank (from 1); the last if there are fewer.

        float32, shape (n,); NaN where the product is absent or has no neighbour.
        """
        if not self.distance.shape[1]:
            return np.full(len(self.distance), np.nan, dtype=np.float32)
        return self.distance[:, min(rank, self.distance.shape[1]) - 1]


def find_neighbours(
    vectors: np.ndarray,
    present: np.ndarray,
    k: int = NEIGHBOURS,
    *,
    graph: Graph | None = None,
    progress: Progress = silent,
) -> ProductNeighbours:
    """Find the `k` nearest products of each product.

    Parameters
    ----------
    vectors : np.ndarray
        float, shape (n, d): of any length.
    present : np.ndarray
        bool, shape (n,): rows that count.
    k : int
        How many; fewer if there are fewer different vectors.
    graph : Graph, optional
        The cosine graph of the rows that count (`core.nearest.graph.graph_of`), if the maps need it as well.
    progress : Progress
        Told how many products have been searched for.

    Raises
    ------
    ValueError
        If the arrays or the graph do not fit each other.
    """
    present = np.asarray(present, dtype=bool)
    if np.ndim(vectors) != 2 or present.shape != np.shape(vectors)[:1]:
        raise ValueError(f"expected vectors (n, d) and a mask (n,), got {np.shape(vectors)}, {present.shape}")
    rows = np.flatnonzero(present)
    graph = graph_of(vectors[rows], reach=k) if graph is None else graph
    if graph.metric != "cosine" or len(graph.places) != len(rows):
        raise ValueError(
            f"expected a cosine graph of {len(rows)} rows, got {graph.metric} of {len(graph.places)}"
        )
    nearest = graph.nearest(k, progress)
    # Catalogue row in which each unique vector occurs first.
    firsts = rows[np.unique(graph.places, return_index=True)[1]]
    first, places = (np.full(len(vectors), -1, dtype=np.int64) for _ in range(2))
    first[rows], places[rows] = firsts[graph.places], graph.places
    indices = np.full((len(vectors), nearest.indices.shape[1]), -1, dtype=np.int64)
    distance = np.full(indices.shape, np.nan, dtype=np.float32)
    indices[rows] = firsts[nearest.indices][graph.places]
    distance[rows] = nearest.dissimilarity[graph.places]
    return ProductNeighbours(graph.rows, places, present, first, indices, distance)

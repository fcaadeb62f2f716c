"""Exact nearest neighbours by cosine similarity or Euclidean distance: a matrix product in blocks.

Up to tens of thousands of rows this is fast enough without an index.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.common.engine import THIS_PROCESS, Engine
from core.common.progress import Progress, silent
from core.nearest.best import Hits, best_of, no_hits
from core.nearest.parallel import threads_for

BLOCK = 512
# While one block is multiplied, others are sorted; more threads would only take memory.
MOST_THREADS = 4


@dataclass(frozen=True)
class Neighbours:
    """The most similar rows, best first.

    Attributes
    ----------
    indices : np.ndarray
        int64, shape (m, k): row numbers.
    similarity : np.ndarray
        float32, shape (m, k): cosines in [-1, 1]; 0 between a zero vector and any other.
    """

    indices: np.ndarray
    similarity: np.ndarray

    @property
    def distance(self) -> np.ndarray:
        """Euclidean distances between rows of length one, float32 (m, k), in [0, 2]."""
        return np.asarray(np.sqrt(np.maximum(2 - 2 * self.similarity, 0)))

    @property
    def dissimilarity(self) -> np.ndarray:
        """1 - cosine, float32 (m, k), in [0, 2]."""
        return 1 - self.similarity

    def first(self, k: int) -> Neighbours:
        """Return the `k` most similar of them."""
        return Neighbours(self.indices[:, :k], self.similarity[:, :k])


@dataclass(frozen=True)
class EuclideanNeighbours:
    """The rows at the smallest Euclidean distance, nearest first.

    Attributes
    ----------
    indices : np.ndarray
        int64, shape (m, k): row numbers.
    distance : np.ndarray
        float32, shape (m, k): Euclidean distances, 0 or more.
    """

    indices: np.ndarray
    distance: np.ndarray

    @property
    def dissimilarity(self) -> np.ndarray:
        """The distances."""
        return self.distance

    def first(self, k: int) -> EuclideanNeighbours:
        """Return the `k` nearest of them."""
        return EuclideanNeighbours(self.indices[:, :k], self.distance[:, :k])


def unit(vectors: np.ndarray) -> np.ndarray:
    """Return `vectors` as float32 rows of length one; zero rows stay zero."""
    vectors = np.asarray(vectors, dtype=np.float32)
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(length > 0, length, 1))


def nearest(
    vectors: np.ndarray,
    k: int,
    queries: np.ndarray | None = None,
    *,
    progress: Progress = silent,
    block: int = BLOCK,
    engine: Engine = THIS_PROCESS,
) -> Neighbours:
    """Find the `k` rows of `vectors` most similar to each query.

    Parameters
    ----------
    vectors : np.ndarray
        float, shape (n, d).
    k : int
        How many; fewer are returned if there are fewer rows.
    queries : np.ndarray, optional
        float, shape (m, d). By default the rows of `vectors`, each without itself among its neighbours.
    progress : Progress
        Told how many queries are answered.
    block : int
        Queries per matrix product.
    engine : Engine
        Multiplies the blocks.

    Returns
    -------
    Neighbours
        Rows of equal similarity are in their original order.
    """
    rows = unit(vectors)
    query_rows = rows if queries is None else unit(queries)
    hits = _search(_Search(rows, query_rows, k, queries is None, block=block), progress, engine)
    return Neighbours(hits.indices, np.clip(hits.score, -1, 1))


def nearest_by_distance(
    vectors: np.ndarray,
    k: int,
    queries: np.ndarray | None = None,
    *,
    progress: Progress = silent,
    block: int = BLOCK,
    engine: Engine = THIS_PROCESS,
) -> EuclideanNeighbours:
    """Find the `k` rows of `vectors` at the smallest Euclidean distance from each query.

    Parameters are those of `nearest`. Candidates come from a matrix product, in which |x - y|^2 loses digits
    where x and y are close; their distances are then computed from the differences.
    """
    vectors = np.asarray(vectors, dtype=np.float32)
    # Around their mean, vectors are shorter and the product is more exact.
    centre = vectors.mean(axis=0) if len(vectors) else 0
    rows = vectors - centre
    query_rows = rows if queries is None else np.asarray(queries, dtype=np.float32) - centre
    search = _Search(rows, query_rows, k, queries is None, penalties(rows), block)
    hits = _search(search, progress, engine)
    return by_difference(hits.indices, rows, query_rows, block)


def penalties(rows: np.ndarray) -> np.ndarray:
    """Return |x|^2 / 2, float32 (n,): the row with the largest product less its penalty is the nearest."""
    return np.asarray(np.einsum("nd,nd->n", rows, rows) / 2)


def by_difference(
    indices: np.ndarray, rows: np.ndarray, queries: np.ndarray, block: int = BLOCK
) -> EuclideanNeighbours:
    """Measure the distances of the `queries` to the rows that were found, and sort them by these."""
    distance = np.empty(indices.shape, dtype=np.float32)
    for start in range(0, len(queries), block):
        part = slice(start, start + block)
        for rank, other in enumerate(indices[part].T):
            distance[part, rank] = np.linalg.norm(queries[part] - rows[other], axis=1)
    order = np.argsort(distance, axis=1, kind="stable")
    return EuclideanNeighbours(
        np.take_along_axis(indices, order, axis=1), np.take_along_axis(distance, order, axis=1)
    )


@dataclass(frozen=True, eq=False)
class _Search:
    """What to search for: the `k` rows with the largest product with each query, less the row's penalty.

    If the queries are the rows (`is_self`), a row does not find itself.
    """

    rows: np.ndarray
    queries: np.ndarray
    k: int
    is_self: bool
    penalty: np.ndarray | None = None
    block: int = BLOCK

    def __post_init__(self) -> None:
        if self.rows.ndim != 2:
            raise ValueError(f"expected vectors (n, d), got {self.rows.shape}")
        if self.queries.ndim != 2 or self.queries.shape[1] != self.rows.shape[1]:
            raise ValueError(f"expected queries (m, {self.rows.shape[1]}), got {self.queries.shape}")

    def scores(self, part: slice) -> np.ndarray:
        """Return the scores of all rows for some queries, float32 (queries, n)."""
        scores: np.ndarray = self.queries[part] @ self.rows.T
        if self.penalty is not None:
            scores -= self.penalty
        if self.is_self:
            scores[np.arange(len(scores)), np.arange(part.start, part.stop)] = -np.inf
        return scores

    @property
    def found(self) -> int:
        """How many rows are found for each query."""
        return max(0, min(self.k, len(self.rows) - self.is_self))

    def best(self, part: slice) -> Hits:
        """Return the best rows of some queries, best first."""
        return best_of(self.scores(part), self.found)


def _search(search: _Search, progress: Progress, engine: Engine) -> Hits:
    """Return the best rows of each query, best first, searching several blocks of queries at a time."""
    count = len(search.queries)
    hits = no_hits(count, search.found)
    starts = range(0, count if search.found else 0, search.block)
    parts = [slice(at, min(at + search.block, count)) for at in starts]
    best = engine.map(search.best, parts, threads=threads_for(parts, MOST_THREADS))
    for part, found in zip(parts, best, strict=True):
        hits.indices[part], hits.score[part] = found.indices, found.score
        progress("neighbours", part.stop, count)
    return hits

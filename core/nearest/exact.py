"""The nearest rows by cosine similarity or by distance, exactly: a matrix product in blocks.

At the size of a catalogue (tens of thousands of rows) this is fast enough to need no index.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from core.common.progress import Progress, silent
from core.onnx.sessions import threads

BLOCK = 512
# While one block is multiplied, others are sorted; more would only take memory.
MOST_THREADS = 4


@dataclass(frozen=True)
class Neighbours:
    """The most similar rows, best first.

    Attributes
    ----------
    indices : np.ndarray
        int64, shape (m, k): row numbers.
    similarity : np.ndarray
        float32, shape (m, k): cosines in [-1, 1]; a zero vector is 0 to everything.
    """

    indices: np.ndarray
    similarity: np.ndarray

    @property
    def distance(self) -> np.ndarray:
        """Euclidean distances between rows of length one, float32 (m, k), in [0, 2]."""
        return np.sqrt(np.maximum(2 - 2 * self.similarity, 0))

    def first(self, k: int) -> Neighbours:
        """Return the `k` most similar of them."""
        return Neighbours(self.indices[:, :k], self.similarity[:, :k])


@dataclass(frozen=True)
class Closest:
    """The rows at the smallest distance, nearest first.

    Attributes
    ----------
    indices : np.ndarray
        int64, shape (m, k): row numbers.
    distance : np.ndarray
        float32, shape (m, k): Euclidean distances, 0 or more.
    """

    indices: np.ndarray
    distance: np.ndarray

    def first(self, k: int) -> Closest:
        """Return the `k` nearest of them."""
        return Closest(self.indices[:, :k], self.distance[:, :k])


def unit(vectors: np.ndarray) -> np.ndarray:
    """Return `vectors` as float32 rows of length one; zero rows stay zero."""
    vectors = np.asarray(vectors, dtype=np.float32)
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.where(length > 0, length, 1)


def nearest(
    vectors: np.ndarray, k: int, queries: np.ndarray | None = None, *, progress: Progress = silent
) -> Neighbours:
    """Find the `k` rows of `vectors` most similar to each query.

    Parameters
    ----------
    vectors : np.ndarray
        float, shape (n, d).
    k : int
        How many; fewer come back where there are fewer rows.
    queries : np.ndarray, optional
        float, shape (m, d). Without, each row of `vectors` is asked for the others, itself left out.
    progress : Progress
        Told the queries answered.

    Returns
    -------
    Neighbours
        Of k, or as many as there are; among these, rows of equal similarity stand in their order.
    """
    rows = unit(vectors)
    asked = rows if queries is None else unit(queries)
    found = _search(rows, asked, k, queries is None, None, progress)
    return Neighbours(found.indices, np.clip(found.score, -1, 1))


def nearest_by_distance(
    vectors: np.ndarray, k: int, queries: np.ndarray | None = None, *, progress: Progress = silent
) -> Closest:
    """Find the `k` rows of `vectors` at the smallest Euclidean distance from each query.

    Parameters are those of `nearest`. Candidates come from a matrix product, in which |x - y|^2 loses digits
    where x and y are close; their distances are then measured on the differences.
    """
    vectors = np.asarray(vectors, dtype=np.float32)
    # About their mean, vectors are shorter and the product is the more exact for it.
    centre = vectors.mean(axis=0) if len(vectors) else 0
    rows = vectors - centre
    asked = rows if queries is None else np.asarray(queries, dtype=np.float32) - centre
    found = _search(rows, asked, k, queries is None, np.square(rows).sum(axis=-1) / 2, progress)
    distance = np.empty(found.indices.shape, dtype=np.float32)
    for start in range(0, len(asked), BLOCK):
        block = slice(start, start + BLOCK)
        for place, other in enumerate(found.indices[block].T):
            distance[block, place] = np.linalg.norm(asked[block] - rows[other], axis=1)
    order = np.argsort(distance, axis=1, kind="stable")
    return Closest(
        np.take_along_axis(found.indices, order, axis=1), np.take_along_axis(distance, order, axis=1)
    )


@dataclass(frozen=True)
class _Found:
    indices: np.ndarray
    score: np.ndarray


def _search(
    rows: np.ndarray,
    asked: np.ndarray,
    k: int,
    themselves: bool,
    less: np.ndarray | None,
    progress: Progress,
) -> _Found:
    """Find the `k` rows of the largest product with each query, `less` (n,) subtracted, best first.

    `themselves`: the queries are the rows, and a row does not find itself.
    """
    if rows.ndim != 2:
        raise ValueError(f"expected vectors (n, d), got {rows.shape}")
    if asked.ndim != 2 or asked.shape[1] != rows.shape[1]:
        raise ValueError(f"expected queries (m, {rows.shape[1]}), got {asked.shape}")
    k = max(0, min(k, len(rows) - themselves))
    indices = np.empty((len(asked), k), dtype=np.int64)
    found = np.empty((len(asked), k), dtype=np.float32)

    def fill(block: slice) -> int:
        scores = asked[block] @ rows.T
        if less is not None:
            scores -= less
        if themselves:
            scores[np.arange(len(scores)), np.arange(block.start, block.stop)] = -np.inf
        best = _largest(scores, k)
        of_best = np.take_along_axis(scores, best, axis=1)
        order = np.argsort(-of_best, axis=1, kind="stable")
        indices[block] = np.take_along_axis(best, order, axis=1)
        found[block] = np.take_along_axis(of_best, order, axis=1)
        return block.stop

    blocks = [slice(at, min(at + BLOCK, len(asked))) for at in range(0, len(asked) if k else 0, BLOCK)]
    pool = ThreadPoolExecutor(max(1, min(threads(), MOST_THREADS, len(blocks))))
    try:
        for done in pool.map(fill, blocks):
            progress("neighbours", done, len(asked))
    finally:
        pool.shutdown(cancel_futures=True)
    return _Found(indices, found)


def _largest(scores: np.ndarray, k: int) -> np.ndarray:
    """Return the columns of the `k` largest in each row, int64 (m, k), ascending.

    Columns are put in groups, and only the k groups with the largest maxima can hold them: to look for these
    first takes a tenth of the time of partitioning long rows.
    """
    rows, columns = scores.shape
    size = round((columns / k) ** 0.5)  # as many groups as columns in k groups
    groups = columns // size
    if groups < 4 * k:
        return np.sort(np.argpartition(scores, -k, axis=1)[:, -k:], axis=1)
    # The columns of a group are `groups` apart, so that a maximum is taken of whole rows at once.
    tops = scores[:, :groups].copy()
    for start in range(groups, groups * size, groups):
        np.maximum(tops, scores[:, start : start + groups], out=tops)
    best = np.argpartition(tops, -k, axis=1)[:, -k:]
    asked = (best[:, :, None] + groups * np.arange(size)).reshape(rows, -1)
    rest = np.broadcast_to(np.arange(groups * size, columns), (rows, columns - groups * size))
    asked = np.concatenate([asked, rest], axis=1)
    best = np.argpartition(np.take_along_axis(scores, asked, axis=1), -k, axis=1)[:, -k:]
    return np.sort(np.take_along_axis(asked, best, axis=1), axis=1)

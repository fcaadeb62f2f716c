"""The nearest rows by cosine similarity, exactly: a matrix product in blocks.

At the size of a catalogue (tens of thousands of rows) this is fast enough to need no index.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.progress import Progress, silent

BLOCK = 512


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
        Of k, or as many as there are; rows of equal similarity in any order.
    """
    rows = unit(vectors)
    if rows.ndim != 2:
        raise ValueError(f"expected vectors (n, d), got {rows.shape}")
    asked = rows if queries is None else unit(queries)
    if asked.ndim != 2 or asked.shape[1] != rows.shape[1]:
        raise ValueError(f"expected queries (m, {rows.shape[1]}), got {asked.shape}")
    k = max(0, min(k, len(rows) - (queries is None)))
    indices = np.empty((len(asked), k), dtype=np.int64)
    similarity = np.empty((len(asked), k), dtype=np.float32)
    for start in range(0, len(asked) if k else 0, BLOCK):
        block = slice(start, min(start + BLOCK, len(asked)))
        cosines = asked[block] @ rows.T
        if queries is None:
            cosines[np.arange(len(cosines)), np.arange(block.start, block.stop)] = -np.inf
        best = np.argpartition(cosines, -k, axis=1)[:, -k:]
        of_best = np.take_along_axis(cosines, best, axis=1)
        order = np.argsort(-of_best, axis=1, kind="stable")
        indices[block] = np.take_along_axis(best, order, axis=1)
        similarity[block] = np.take_along_axis(of_best, order, axis=1)
        progress("neighbours", block.stop, len(asked))
    return Neighbours(indices, np.clip(similarity, -1, 1))

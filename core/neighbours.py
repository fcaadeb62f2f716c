"""The nearest rows by cosine similarity, exactly: a matrix product in blocks.

At the size of a catalogue (tens of thousands of rows) this is fast enough to need no index.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.progress import Progress, silent

BLOCK = 512
_CHUNK = 128


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
        best = _largest(cosines, k)
        of_best = np.take_along_axis(cosines, best, axis=1)
        order = np.argsort(-of_best, axis=1, kind="stable")
        indices[block] = np.take_along_axis(best, order, axis=1)
        similarity[block] = np.take_along_axis(of_best, order, axis=1)
        progress("neighbours", block.stop, len(asked))
    return Neighbours(indices, np.clip(similarity, -1, 1))


def _largest(cosines: np.ndarray, k: int) -> np.ndarray:
    """Return the columns of the `k` largest in each row, int64 (m, k), in any order.

    Only the k chunks of columns with the largest maxima can hold them: to look for these first takes a tenth
    of the time of partitioning long rows.
    """
    rows, columns = cosines.shape
    whole = columns // _CHUNK * _CHUNK
    if whole < 4 * k * _CHUNK:
        return np.argpartition(cosines, -k, axis=1)[:, -k:]
    tops = cosines[:, :whole].reshape(rows, -1, _CHUNK).max(axis=2)
    chunks = np.argpartition(tops, -k, axis=1)[:, -k:]
    asked = (chunks[:, :, None] * _CHUNK + np.arange(_CHUNK)).reshape(rows, -1)
    rest = np.broadcast_to(np.arange(whole, columns), (rows, columns - whole))
    asked = np.concatenate([asked, rest], axis=1)
    best = np.argpartition(np.take_along_axis(cosines, asked, axis=1), -k, axis=1)[:, -k:]
    return np.take_along_axis(asked, best, axis=1)

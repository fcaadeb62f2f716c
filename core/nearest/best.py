"""The largest scores of each row of a matrix, best first: the second half of every search."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Hits:
    """The best columns of each row.

    Attributes
    ----------
    indices : np.ndarray
        int64, shape (m, k): the columns, best first.
    score : np.ndarray
        float32, shape (m, k): their scores.
    """

    indices: np.ndarray
    score: np.ndarray


def no_hits(count: int, k: int) -> Hits:
    """Return room for the `k` best of `count` rows, to be filled."""
    return Hits(np.empty((count, k), dtype=np.int64), np.empty((count, k), dtype=np.float32))


def best_of(scores: np.ndarray, k: int) -> Hits:
    """Return the `k` largest of each row; equal ones in the order of their columns.

    Parameters
    ----------
    scores : np.ndarray
        float32, shape (m, n), n at least k.
    k : int
        1 or more.
    """
    best = _largest(scores, k)
    best_scores = np.take_along_axis(scores, best, axis=1)
    order = np.argsort(-best_scores, axis=1, kind="stable")
    return Hits(np.take_along_axis(best, order, axis=1), np.take_along_axis(best_scores, order, axis=1))


def _largest(scores: np.ndarray, k: int) -> np.ndarray:
    """Return the columns of the `k` largest in each row, int64 (m, k), ascending.

    Columns are divided into groups, and only the k groups with the largest maxima can hold them. Looking for
    these groups first takes a tenth of the time of partitioning long rows.
    """
    rows, columns = scores.shape
    size = round((columns / k) ** 0.5)  # so that there are as many groups as columns in k groups
    groups = columns // size
    if groups < 4 * k:
        return np.sort(np.argpartition(scores, -k, axis=1)[:, -k:], axis=1)
    # The columns of a group are `groups` apart, so that each maximum is taken over whole rows at once.
    tops = scores[:, :groups].copy()
    for start in range(groups, groups * size, groups):
        np.maximum(tops, scores[:, start : start + groups], out=tops)
    best = np.argpartition(tops, -k, axis=1)[:, -k:]
    candidates = (best[:, :, None] + groups * np.arange(size)).reshape(rows, -1)
    rest = np.broadcast_to(np.arange(groups * size, columns), (rows, columns - groups * size))
    candidates = np.concatenate([candidates, rest], axis=1)
    best = np.argpartition(np.take_along_axis(scores, candidates, axis=1), -k, axis=1)[:, -k:]
    return np.sort(np.take_along_axis(candidates, best, axis=1), axis=1)

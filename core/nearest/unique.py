"""Find the unique rows among many without sorting or copying the others, as `numpy.unique` would."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

_BLOCK = 4096


def unique_rows(
    vectors: np.ndarray, prepare: Callable[[np.ndarray], np.ndarray] = np.asarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the unique rows, and which of them each row is.

    Parameters
    ----------
    vectors : np.ndarray
        float32, shape (n, d), finite; may be memory-mapped.
    prepare : callable
        What to do to rows before they are compared, (m, d) to (m, d): the whole is never prepared at once.

    Returns
    -------
    rows : np.ndarray
        float32, shape (u, d), in lexicographic order.
    places : np.ndarray
        int64, shape (n,).
    """
    _, first, numbers = np.unique(_digests(vectors, prepare), return_index=True, return_inverse=True)
    if not _are_equal(vectors, first[numbers], prepare):  # different rows with the same digest
        rows, places = np.unique(prepare(vectors), axis=0, return_inverse=True)
        return rows, places.ravel()
    rows = np.empty((len(first), vectors.shape[1]), dtype=np.float32)
    for part in _blocks(len(first)):
        rows[part] = prepare(vectors[first[part]])
    order = _lexicographic(rows)
    place_of = np.empty(len(order), dtype=np.int64)
    place_of[order] = np.arange(len(order))
    for part in _blocks(len(order)):
        rows[part] = prepare(vectors[first[order[part]]])
    return rows, place_of[numbers]


def _digests(vectors: np.ndarray, prepare: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Return a number for each row, uint64 (n,), equal for equal rows."""
    weights = np.random.default_rng(0).integers(1, 1 << 63, size=vectors.shape[1], dtype=np.uint64)
    digests = np.empty(len(vectors), dtype=np.uint64)
    for part in _blocks(len(vectors)):
        rows = prepare(vectors[part]) + np.float32(0)  # -0 and 0 are equal, their bits are not
        digests[part] = rows.view(np.uint32).astype(np.uint64) @ weights
    return digests


def _are_equal(vectors: np.ndarray, others: np.ndarray, prepare: Callable[[np.ndarray], np.ndarray]) -> bool:
    """Whether each row equals the row of the number in `others`."""
    different = np.flatnonzero(others != np.arange(len(others)))
    return all(
        np.array_equal(prepare(vectors[different[part]]), prepare(vectors[others[different[part]]]))
        for part in _blocks(len(different))
    )


def _lexicographic(rows: np.ndarray) -> np.ndarray:
    """Return the order of unique rows by their first number, then the second, and so on; int64 (u,)."""
    if not rows.size:
        return np.arange(len(rows))
    order = np.argsort(rows[:, 0], kind="stable")
    values = rows[order, 0]
    starts = np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1]]))
    run = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(order))))
    tied = np.flatnonzero(np.bincount(run)[run] > 1)  # where the first number alone does not decide
    order[tied] = order[tied][np.lexsort(rows[order[tied]].T[::-1])]
    return order


def _blocks(count: int) -> list[slice]:
    return [slice(start, start + _BLOCK) for start in range(0, count, _BLOCK)]

"""How far each point of a map can be trusted: what it adds to the map's trustworthiness."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from core.common.progress import Progress, silent
from core.nearest.exact import unit

NEIGHBOURS = 10
SAMPLE = 3000
"""Rows among which neighbours are looked for: the work grows with the number of rows, not with its square."""
EQUAL = 1e-6
"""Cosines that differ by less are equal but for rounding."""
_BLOCK = 512


def sample_rows(n: int, seed: int) -> np.ndarray:
    """Return up to `SAMPLE` of n rows at random, int64."""
    return np.random.default_rng(seed).permutation(n)[:SAMPLE]


class Rows(Protocol):
    """Vectors of n products, read in blocks: an array, a memory-mapped file, or `Prepared`."""

    def __len__(self) -> int:
        """Return n."""

    def __getitem__(self, which: Any, /) -> np.ndarray:
        """Return some of them, chosen by a slice or by int64 (m,): float (m, d)."""


def local_trustworthiness(
    vectors: Rows, maps: Sequence[np.ndarray], seed: int = 0, progress: Progress = silent
) -> list[np.ndarray]:
    """Measure for each row of each map how near, in the features, its neighbours on the map are.

    The trustworthiness of a map (Venna and Kaski, "Neighborhood preservation in nonlinear projection methods:
    an experimental study", ICANN 2001) is a mean over its points; this is the term of each of them. Of its
    ten nearest on the map, those that are not among its ten nearest in the features cost the more the farther
    down they rank there. Neighbours are looked for in a random sample of the rows, so that the figure means
    the same in small catalogues and in large ones.

    Parameters
    ----------
    vectors : Rows
        float, shape (n, d); similarity is their cosine, computed once for all maps.
    maps : sequence of np.ndarray
        float, shapes (n, 2 or 3).
    seed : int
        Of the sample.
    progress : Progress
        Told how many rows are measured (stage ``quality``).

    Returns
    -------
    list of np.ndarray
        For each map float32, shape (n,), in [0, 1]: 1 where the neighbours on the map are the nearest, 0
        where they are the farthest, 0.5 on average where points lie at random; 1 if there are fewer than
        three rows.
    """
    from scipy.spatial import KDTree

    n = len(vectors)
    if wrong := [len(coords) for coords in maps if len(coords) != n]:
        raise ValueError(f"expected equal lengths, got {n} and {wrong[0]}")
    sample = sample_rows(n, seed)
    k = min(NEIGHBOURS, (len(sample) - 1) // 2)
    local = [np.ones(n, dtype=np.float32) for _ in maps]
    if k < 1:
        return local
    place = np.full(n, -1)
    place[sample] = np.arange(len(sample))
    others = unit(vectors[sample])
    trees = [KDTree(coords[sample]) for coords in maps]
    for start in range(0, n, _BLOCK):
        progress("quality", start, n)
        block = slice(start, start + _BLOCK)
        itself = place[block]
        cosines = _without_itself(unit(vectors[block]) @ others.T, itself)
        size = len(sample) + (itself < 0)  # with the row itself
        for coords, tree, trust in zip(maps, trees, local, strict=True):
            around = _without(itself, np.asarray(tree.query(coords[block], k + 1)[1]))
            excess = np.maximum(_ranks(cosines, around) - k, 0).sum(axis=1)
            trust[block] = np.clip(1 - 2 / (k * (2 * size - 3 * k - 1)) * excess, 0, 1)
    return local


def _without(itself: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Leave out each row itself, or the last: the nearest (m, k + 1) of the sample -> int64 (m, k)."""
    other = found != itself[:, None]
    other[other.all(axis=1), -1] = False  # a row outside the sample, or behind others in its place
    return np.asarray(found[other].reshape(len(found), -1))


def _without_itself(cosines: np.ndarray, itself: np.ndarray) -> np.ndarray:
    """Make each row, where it is in the sample, the least similar to itself: cosines (m, sample)."""
    inside = np.flatnonzero(itself >= 0)
    cosines[inside, itself[inside]] = -np.inf
    return cosines


def _ranks(cosines: np.ndarray, around: np.ndarray) -> np.ndarray:
    """Return the ranks, from 1, of the columns `around` (m, k) by cosine (m, sample)."""
    own = np.take_along_axis(cosines, around, axis=1) + EQUAL
    return 1 + np.stack([np.count_nonzero(cosines > limit[:, None], axis=1) for limit in own.T], axis=1)

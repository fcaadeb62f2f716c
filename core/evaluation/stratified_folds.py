"""Folds that never divide a group and have about the same share of every class.

The folds are exactly those of scikit-learn's ``StratifiedGroupKFold``, which takes a large catalogue minutes:
it computes the spread of every class in every fold anew for each group, of which most have a single product.
Here only those of the group's classes are. Groups are assigned one by one, those of the most uneven classes
first, each to the fold with which the shares of the classes differ least between folds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf, sqrt

import numpy as np

BLOCK = 8_192
"""Groups whose spread is computed at once."""
RELATIVE, ABSOLUTE = 1e-5, 1e-8
"""By how much two spreads may differ and still count as equal, as in `numpy.isclose`."""


@dataclass(frozen=True)
class _Groups:
    """The classes of each group and their rows, group after group; `ends` says where each group's begin."""

    classes: np.ndarray
    rows: np.ndarray
    ends: np.ndarray

    def __len__(self) -> int:
        return len(self.ends) - 1

    def spreads(self, n_classes: int) -> np.ndarray:
        """Return the standard deviation of each group's rows over all classes, float64 (groups,)."""
        spreads = np.empty(len(self))
        for start in range(0, len(self), BLOCK):
            end = min(start + BLOCK, len(self))
            entries = slice(self.ends[start], self.ends[end])
            counts = np.zeros((end - start, n_classes))
            group = np.repeat(np.arange(end - start), np.diff(self.ends[start : end + 1]))
            counts[group, self.classes[entries]] = self.rows[entries]
            spreads[start:end] = np.std(counts, axis=1)
        return spreads


def stratified_folds(
    y: np.ndarray, groups: np.ndarray, folds: int, seed: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield training and test positions of each fold.

    Parameters
    ----------
    y, groups
        int (n,): classes and groups.
    folds
        Two or more; no more than groups.
    seed
        Decides the order of groups that are equally uneven.
    """
    y, group = (np.unique(each, return_inverse=True)[1] for each in (y, groups))
    order = np.random.RandomState(seed).permutation(int(group.max()) + 1)
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    group = place[group]
    fold = _assigned(_counted(group, y), np.bincount(y), folds)[group]
    for number in range(folds):
        yield np.flatnonzero(fold != number), np.flatnonzero(fold == number)


def _counted(group: np.ndarray, y: np.ndarray) -> _Groups:
    n_classes = int(y.max()) + 1
    pairs, rows = np.unique(group.astype(np.int64) * n_classes + y, return_counts=True)
    firsts = np.searchsorted(pairs, np.arange(int(group.max()) + 2) * n_classes)
    return _Groups(pairs % n_classes, rows, firsts)


def _assigned(groups: _Groups, sizes: np.ndarray, folds: int) -> np.ndarray:
    """Return the fold of each group, int64 (groups,)."""
    assigned = np.empty(len(groups), dtype=np.int64)
    classes, rows, ends = groups.classes.tolist(), groups.rows.tolist(), groups.ends.tolist()
    state = _State(sizes.tolist(), folds)
    for number in np.argsort(-groups.spreads(len(sizes)), kind="stable").tolist():
        own = slice(ends[number], ends[number + 1])
        assigned[number] = state.add(classes[own], rows[own])
    return assigned


class _State:
    """How many rows of each class the folds have so far."""

    def __init__(self, sizes: list[int], folds: int) -> None:
        self._sizes = sizes
        self._counts = [[0] * folds for _ in sizes]
        self._rows = [0] * folds
        self._spreads = np.zeros(len(sizes))

    def add(self, classes: list[int], rows: list[int]) -> int:
        """Add a group, its classes and their rows, to the fold where it does best; return the fold."""
        best, least, fewest = 0, inf, inf
        before = [self._spreads[each] for each in classes]
        after = before
        for fold, has in enumerate(self._rows):
            spreads = [self._spread_with(*each, fold) for each in zip(classes, rows, strict=True)]
            self._spreads[classes] = spreads
            mean = float(np.add.reduce(self._spreads)) / len(self._spreads)
            alike = abs(mean - least) <= ABSOLUTE + RELATIVE * least if least < inf else False
            if mean < least or (alike and has < fewest):
                best, least, fewest, after = fold, mean, has, spreads
        self._spreads[classes] = after
        for each, count in zip(classes, rows, strict=True):
            self._counts[each][best] += count
        self._rows[best] += sum(rows)
        return best

    def _spread_with(self, category: int, added: int, fold: int) -> float:
        """Return the standard deviation over folds of a class's shares, if rows are added to one fold."""
        counts, size = self._counts[category], self._sizes[category]
        shares = [(count + added if at == fold else count) / size for at, count in enumerate(counts)]
        mean = sum(shares) / len(shares)
        return sqrt(sum((share - mean) * (share - mean) for share in shares) / len(shares))

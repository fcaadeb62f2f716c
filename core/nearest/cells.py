"""Divide rows into cells of near ones, by k-means in two levels: what the approximate search looks through.

k-means on all rows at once would take longer than the search itself: its work grows with the number of rows
times the number of cells. So rows are divided coarsely, each part finely, and then every row moves to the
nearest of the cells around its own, across the borders of the coarse parts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.nearest.exact import penalties
from core.nearest.parallel import in_threads

CELL = 64
"""Rows in a cell on average."""
_LARGEST = 8 * CELL
_STEPS = 5
_ROUNDS = 2
_AROUND = 128
# How fast a cell's weight falls with its distance: 1 is the mean distance of a row to the cells around.
_SHARP = 8.0
# Rows that each mean of a k-means is fitted on.
_SAMPLED = 32
_BLOCK = 2048
_CELLS_AT_A_TIME = 256


@dataclass(frozen=True, eq=False)
class Cells:
    """Rows divided into cells.

    Attributes
    ----------
    members : list of np.ndarray
        int64 each, never empty, ascending: the rows of a cell. Every row is in one cell.
    centres : np.ndarray
        float32, shape (cells, d): the mean of each cell.
    """

    members: list[np.ndarray]
    centres: np.ndarray

    @cached_property
    def penalties(self) -> np.ndarray:
        """Half the squared length of each centre, float32 (cells,)."""
        return penalties(self.centres)

    @cached_property
    def sizes(self) -> np.ndarray:
        """Rows in each cell, int64 (cells,)."""
        return np.array([len(each) for each in self.members], dtype=np.int64)

    def around(self, cells: np.ndarray, count: int) -> np.ndarray:
        """Return the `count` cells with the nearest centres, int64 (len(cells), count), nearest first."""
        score = self.centres[cells] @ self.centres.T - self.penalties
        count = min(count, score.shape[1])
        near = np.argpartition(-score, count - 1, axis=1)[:, :count]
        order = np.argsort(-np.take_along_axis(score, near, axis=1), axis=1, kind="stable")
        return np.take_along_axis(near, order, axis=1)

    def near(self, vectors: np.ndarray, around: np.ndarray, count: int) -> np.ndarray:
        """Return about `count` rows of the cells `around` that most of some vectors are near to, ascending.

        Centres alone would not do: the nearest cell of a row at a border is far from the centre of its own.
        """
        far = self.penalties[around] - vectors @ self.centres[around].T
        far -= far.min(axis=1, keepdims=True)
        far /= np.maximum(far.mean(axis=1, keepdims=True), np.finfo(np.float32).tiny)
        near = around[np.argsort(-np.exp(-_SHARP * far).sum(axis=0), kind="stable")]
        last = np.searchsorted(np.cumsum(self.sizes[near]), count)
        return np.sort(np.concatenate([self.members[each] for each in near[: last + 1]]))


def divide(rows: np.ndarray, seed: int = 0) -> Cells:
    """Divide rows into cells of about `CELL`.

    Parameters
    ----------
    rows : np.ndarray
        float32, shape (n, d), n of 1 or more.
    seed : int
        Of the rows that k-means begins with.
    """
    rng = np.random.default_rng(seed)
    members = []
    for part in _parts(rows, max(1, round((len(rows) / CELL) ** 0.5)), rng):
        members += [part[inner] for inner in _parts(rows[part], round(len(part) / CELL), rng)]
    cells = _cells(rows, members)
    for _ in range(_ROUNDS):
        cells = _cells(rows, _moved(rows, cells))
    return cells


def _cells(rows: np.ndarray, members: list[np.ndarray]) -> Cells:
    """Return cells with their centres; one that is too large, of rows that hardly differ, is cut up."""
    members = [piece for each in members for piece in np.array_split(each, -(-len(each) // _LARGEST))]
    return Cells(members, np.stack([rows[each].mean(axis=0) for each in members]))


def _moved(rows: np.ndarray, cells: Cells) -> list[np.ndarray]:
    """Return the members of the cells after each row has moved to the nearest centre around its own cell."""
    cell_of = np.empty(len(rows), dtype=np.int64)

    def move(numbers: np.ndarray) -> None:
        for number, around in zip(numbers, cells.around(numbers, _AROUND), strict=True):
            own = cells.members[number]
            scores = rows[own] @ cells.centres[around].T - cells.penalties[around]
            cell_of[own] = around[scores.argmax(axis=1)]

    count = len(cells.members)
    list(in_threads(move, np.array_split(np.arange(count), -(-count // _CELLS_AT_A_TIME))))
    return _grouped(cell_of)


def _parts(rows: np.ndarray, count: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Divide rows into `count` parts at most by k-means on a sample of them: int64 arrays of row numbers."""
    if count < 2:
        return [np.arange(len(rows))]
    sample = rows[np.sort(rng.permutation(len(rows))[: count * _SAMPLED])]
    means = sample[np.sort(rng.permutation(len(sample))[:count])]
    for _ in range(_STEPS):
        for part, members in enumerate(grouped(nearest_means(sample, means), count)):
            if len(members):
                means[part] = sample[members].mean(axis=0)
    return _grouped(nearest_means(rows, means))


def nearest_means(rows: np.ndarray, means: np.ndarray, which: np.ndarray | None = None) -> np.ndarray:
    """Return the nearest mean of each row, or of those in `which` (int64), int64."""
    penalty = penalties(means)
    found = np.empty(len(rows) if which is None else len(which), dtype=np.int64)

    def find(start: int) -> None:
        part = slice(start, start + _BLOCK)
        block = rows[part if which is None else which[part]]
        found[part] = (block @ means.T - penalty).argmax(axis=1)

    list(in_threads(find, range(0, len(found), _BLOCK)))
    return found


def grouped(numbers: np.ndarray, count: int) -> list[np.ndarray]:
    """Return where each of 0 to `count` - 1 stands in `numbers`, ascending."""
    ends = np.cumsum(np.bincount(numbers, minlength=count))
    return np.split(np.argsort(numbers, kind="stable"), ends[:-1])


def _grouped(numbers: np.ndarray) -> list[np.ndarray]:
    return [each for each in grouped(numbers, int(numbers.max()) + 1) if len(each)]

"""Approximate nearest neighbours of each row of many: only rows in cells around its own are looked at.

The rows of a cell (`core.nearest.cells`) are searched together: one matrix product with the rows of the cells
that lie nearest to them. How many rows are needed is measured first, on a random sample whose neighbours are
also searched for exactly: they become more until `WANTED` of the neighbours are found. On product names that
is 12,000 of a million, so the work grows much less than with the square of the rows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from math import ceil

import numpy as np
from threadpoolctl import threadpool_limits

from core.common.engine import THIS_PROCESS, Engine
from core.common.progress import Progress, silent
from core.nearest.best import Hits, best_of, no_hits
from core.nearest.cells import Cells, divide
from core.nearest.exact import EuclideanNeighbours, Neighbours, by_difference, penalties
from core.nearest.parallel import in_threads, threads_for

CANDIDATES = 2000
"""Rows that are looked at for each row, at first."""
MORE = 1.25
"""They are multiplied by this until enough neighbours are found."""
WANTED = 0.96
"""Of the neighbours, with a margin: 0.95 is the aim, and a sample tells it to about 0.005."""
RECALL_AT = 15
# Cells of which some rows are searched for exactly.
_SAMPLE_CELLS, _SAMPLE_EACH = 64, 8
_CELLS_AT_A_TIME = 64
_ROWS_AT_A_TIME = 32


@dataclass(frozen=True)
class Recall:
    """How many of the true neighbours an approximate search finds.

    Attributes
    ----------
    share : float
        0 to 1: of the `at` nearest rows of a row, how many are among the first `at` that were found.
    at : int
        How many.
    rows : int
        The mean is of so many rows, taken at random.
    """

    share: float
    at: int
    rows: int


def nearest(
    vectors: np.ndarray,
    k: int,
    *,
    seed: int = 0,
    candidates: int = CANDIDATES,
    most: int | None = None,
    progress: Progress = silent,
    engine: Engine = THIS_PROCESS,
) -> tuple[Neighbours, Recall] | None:
    """Find about the `k` most similar rows of each row, without itself.

    Parameters
    ----------
    vectors : np.ndarray
        float32, shape (n, d), n of 2 or more: unique rows, of length one. They are not copied.
    k : int
        How many, 1 or more; fewer are returned if there are fewer rows.
    seed : int
        Of the cells and of the sample. The same seed finds the same rows.
    candidates : int
        Rows that are looked at for each row, at first.
    most : int, optional
        Rows that may be looked at for each row. Where it takes more, as among rows without any clusters,
        there is no answer: an exact search is no slower.
    progress : Progress
        Told how many rows are answered.
    engine : Engine
        Searches the cells.

    Returns
    -------
    Neighbours
        Of all rows; rows of equal similarity are in their original order.
    Recall
        Measured on a sample. None instead of both where `most` is not enough.
    """
    found = _search(vectors, None, k, seed, candidates, most, progress, engine)
    if found is None:
        return None
    hits, recall = found
    return Neighbours(hits.indices, np.clip(hits.score, -1, 1)), recall


def nearest_by_distance(
    vectors: np.ndarray,
    k: int,
    *,
    seed: int = 0,
    candidates: int = CANDIDATES,
    most: int | None = None,
    progress: Progress = silent,
    engine: Engine = THIS_PROCESS,
) -> tuple[EuclideanNeighbours, Recall] | None:
    """Find about the `k` rows at the smallest Euclidean distance from each row, as `nearest` does.

    `vectors` may have any lengths.
    """
    vectors = np.asarray(vectors, dtype=np.float32)
    rows = vectors - vectors.mean(axis=0)
    found = _search(rows, penalties(rows), k, seed, candidates, most, progress, engine)
    if found is None:
        return None
    hits, recall = found
    return by_difference(hits.indices, rows, rows), recall


@dataclass(frozen=True, eq=False)
class _CellSearch:
    """A search for the `k` rows with the largest product with each row, less the row's penalty."""

    rows: np.ndarray
    penalty: np.ndarray | None
    k: int
    cells: Cells

    def of_cell(self, number: int, around: np.ndarray, candidates: int) -> Hits:
        """Return the nearest of a cell's rows, among `candidates` rows in cells `around` it."""
        own = self.cells.members[number]
        columns = self.cells.near(self.rows[own], around, max(candidates, self.k + 1))
        scores = self.rows[own] @ self.rows[columns].T
        if self.penalty is not None:
            scores -= self.penalty[columns]
        scores[own[:, None] == columns] = -np.inf
        hits = best_of(scores, self.k)
        return Hits(columns[hits.indices], hits.score)

    def exact(self, numbers: np.ndarray) -> np.ndarray:
        """Return the nearest of some rows among all, int64 (len(numbers), k)."""

        def find(own: np.ndarray) -> np.ndarray:
            scores = self.rows[own] @ self.rows.T
            if self.penalty is not None:
                scores -= self.penalty
            scores[np.arange(len(own)), own] = -np.inf
            return best_of(scores, self.k).indices

        parts = np.array_split(numbers, -(-len(numbers) // _ROWS_AT_A_TIME))
        return np.concatenate(list(in_threads(find, parts)))

    def around(self, numbers: np.ndarray, candidates: int) -> np.ndarray:
        """Return the cells of which some are searched for the neighbours of each of some cells."""
        wanted = 4 * candidates * len(self.cells.members) // len(self.rows)
        return self.cells.around(numbers, max(wanted, self.k + 1))


def _search(
    rows: np.ndarray,
    penalty: np.ndarray | None,
    k: int,
    seed: int,
    candidates: int,
    most: int | None,
    progress: Progress,
    engine: Engine,
) -> tuple[Hits, Recall] | None:
    # Each cell's product is small: BLAS's own threads would spend eight times as long waiting for each other.
    with threadpool_limits(1, user_api="blas"):
        search = _CellSearch(rows, penalty, min(k, len(rows) - 1), divide(rows, seed))
        enough = _enough(search, candidates, len(rows) if most is None else most, seed)
        if enough is None:
            return None
        candidates, recall = enough
        return _fill(search, candidates, progress, engine), recall


def _fill(search: _CellSearch, candidates: int, progress: Progress, engine: Engine) -> Hits:
    """Search all cells, several at a time."""
    hits = no_hits(len(search.rows), search.k)
    count = len(search.cells.members)
    parts = np.array_split(np.arange(count), -(-count // _CELLS_AT_A_TIME))
    several = engine.map(partial(_of_cells, search, candidates), parts, threads=threads_for(parts))
    done = 0
    for numbers, found in zip(parts, several, strict=True):
        own = np.concatenate([search.cells.members[number] for number in numbers])
        hits.indices[own], hits.score[own] = found.indices, found.score
        done += len(own)
        progress("neighbours", done, len(search.rows))
    return hits


def _of_cells(search: _CellSearch, candidates: int, numbers: np.ndarray) -> Hits:
    """Return the nearest of the rows of some cells, cell by cell."""
    ways = zip(numbers, search.around(numbers, candidates), strict=True)
    found = [search.of_cell(number, around, candidates) for number, around in ways]
    return Hits(
        np.concatenate([each.indices for each in found]), np.concatenate([each.score for each in found])
    )


def _enough(search: _CellSearch, candidates: int, most: int, seed: int) -> tuple[int, Recall] | None:
    """Return how many candidates it takes to find `WANTED` of a sample's neighbours, and what they find.

    None where it takes more than `most`.
    """
    rng, cells = np.random.default_rng(seed), search.cells
    few = replace(search, k=min(RECALL_AT, search.k))
    share_of = cells.sizes / cells.sizes.sum()
    numbers = rng.choice(len(share_of), min(_SAMPLE_CELLS, len(share_of)), replace=False, p=share_of)
    chosen = [rng.permutation(cells.sizes[number])[:_SAMPLE_EACH] for number in numbers]
    sample = np.concatenate([cells.members[n][each] for n, each in zip(numbers, chosen, strict=True)])
    true = few.exact(sample)
    while True:
        ways = list(zip(numbers, few.around(numbers, candidates), chosen, strict=True))
        find = partial(_found, few, candidates)
        found = np.concatenate(list(in_threads(find, ways)))
        share = float((found[:, :, None] == true[:, None]).any(axis=2).mean())
        if share >= WANTED or candidates >= len(search.rows):
            return candidates, Recall(share, few.k, len(sample))
        candidates = ceil(candidates * MORE)
        if candidates > most and most < len(search.rows):
            return None


def _found(search: _CellSearch, candidates: int, way: tuple[int, np.ndarray, np.ndarray]) -> np.ndarray:
    """Return what the search finds for the chosen rows of one cell."""
    number, around, chosen = way
    found: np.ndarray = search.of_cell(number, around, candidates).indices[chosen]
    return found

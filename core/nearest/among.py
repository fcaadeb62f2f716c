"""Approximate nearest rows of many queries: those in the cells around the one that a query would be in.

As in `core.nearest.approximate`, the queries of a cell are searched for together. To compare each with every
row would take longer than anything else about a large map.
"""

from __future__ import annotations

import numpy as np
from threadpoolctl import threadpool_limits

from core.common.progress import Progress, silent
from core.nearest.best import best_of
from core.nearest.cells import Cells, divide, grouped, nearest_means
from core.nearest.exact import EuclideanNeighbours, by_difference, penalties
from core.nearest.parallel import in_threads

CANDIDATES = 2000
"""Rows that each query is compared with: of the ten nearest among 50,000, 93% were found."""
# Queries of a cell that are searched for at a time.
_QUERIES = 1024


def nearest_among(
    rows: np.ndarray,
    k: int,
    queries: np.ndarray,
    which: np.ndarray,
    *,
    seed: int = 0,
    candidates: int = CANDIDATES,
    progress: Progress = silent,
) -> EuclideanNeighbours:
    """Find about the `k` rows at the smallest Euclidean distance from each of some queries.

    Parameters
    ----------
    rows : np.ndarray
        float32, shape (n, d), n of 1 or more.
    k : int
        How many; fewer are returned if there are fewer rows.
    queries : np.ndarray
        float32, shape (q, d): may be memory-mapped, and is read in blocks.
    which : np.ndarray
        int64, shape (m,): the queries to answer.
    seed : int
        Of the cells. The same seed finds the same rows.
    candidates : int
        Rows that each query is compared with; with n or more the search is exact.
    progress : Progress
        Told how many queries are answered (stage ``placing``).

    Returns
    -------
    EuclideanNeighbours
        Shapes (m, k).
    """
    k = min(k, len(rows))
    indices = np.empty((len(which), k), dtype=np.int64)
    distance = np.empty((len(which), k), dtype=np.float32)
    penalty = penalties(rows)
    # Each product is small: BLAS's own threads would mostly wait for each other.
    with threadpool_limits(1, user_api="blas"):
        cells = divide(rows, seed)
        done = 0

        def find(way: tuple[int, np.ndarray]) -> tuple[np.ndarray, EuclideanNeighbours]:
            number, places = way
            vectors = queries[which[places]]
            around = cells.around(np.array([number]), _cells_around(cells, candidates, k))[0]
            columns = cells.near(vectors, around, max(candidates, k))
            best = best_of(vectors @ rows[columns].T - penalty[columns], k).indices
            return places, by_difference(columns[best], rows, vectors)

        for places, found in in_threads(find, _ways(cells, queries, which)):
            indices[places], distance[places] = found.indices, found.distance
            done += len(places)
            progress("placing", done, len(which))
    return EuclideanNeighbours(indices, distance)


def _cells_around(cells: Cells, candidates: int, k: int) -> int:
    """Return among how many cells those with the candidates are chosen: four times as many as it takes."""
    return max(-(-4 * candidates * len(cells.members) // int(cells.sizes.sum())), k)


def _ways(cells: Cells, queries: np.ndarray, which: np.ndarray) -> list[tuple[int, np.ndarray]]:
    """Return cells and places in `which` of queries that would be in them, a few at a time."""
    homes = grouped(nearest_means(queries, cells.centres, which), len(cells.members))
    return [
        (number, some)
        for number, places in enumerate(homes)
        if len(places)
        for some in np.array_split(places, -(-len(places) // _QUERIES))
    ]

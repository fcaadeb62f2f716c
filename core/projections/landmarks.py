"""Large maps: a sample of the rows, the landmarks, is drawn, and every other row is placed among them.

What t-SNE and UMAP take grows with the rows. A map of landmarks takes the same however many rows there are,
and placing the others takes one search among the landmarks, which all maps share. On 40,000 product names,
beside drawing them all (``docs/performance.md``), maps of landmarks are as trustworthy, but keep fewer of the
very nearest together. So all are drawn as long as that is quick.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.common.progress import Progress, silent
from core.nearest.among import nearest_among
from core.nearest.exact import EuclideanNeighbours
from core.nearest.graph import Graph
from core.projections.median import closeness, geometric_median

LANDMARKS = 50_000
"""Different rows up to which all are drawn, and of which so many are drawn where there are more."""
NEAREST = 10
"""Landmarks by which a row is placed."""
_BLOCK = 16_384


@dataclass(frozen=True, eq=False)
class Landmarks:
    """Some of u different rows, and which of them are nearest to the others.

    Attributes
    ----------
    graph : Graph
        The landmarks, l rows, and their neighbours.
    numbers : np.ndarray
        int64, shape (l,), ascending: which rows they are.
    others : np.ndarray
        int64, shape (u - l,), ascending: the rows that are no landmarks.
    nearest : EuclideanNeighbours
        About the `NEAREST` landmarks of each of the others.
    """

    graph: Graph
    numbers: np.ndarray
    others: np.ndarray
    nearest: EuclideanNeighbours

    def place(self, drawn: np.ndarray) -> np.ndarray:
        """Return a map of all rows: landmarks where they were drawn, the others amid their nearest.

        Parameters
        ----------
        drawn : np.ndarray
            float, shape (l, 2 or 3).

        Returns
        -------
        np.ndarray
            float32, shape (u, 2 or 3).
        """
        coordinates = np.empty((len(self.numbers) + len(self.others), drawn.shape[1]), dtype=np.float32)
        coordinates[self.numbers] = drawn
        for start in range(0, len(self.others), _BLOCK):
            block = slice(start, start + _BLOCK)
            found = self.nearest.indices[block], closeness(self.nearest.distance[block])
            coordinates[self.others[block]] = geometric_median(drawn[found[0]], found[1])
        return coordinates


def choose_landmarks(graph: Graph, count: int, seed: int, progress: Progress = silent) -> Landmarks:
    """Choose landmarks at random among the rows of a graph, and find those nearest to each of the others.

    A sample that takes its share of every cell of near rows (`core.nearest.cells`) was tried as well. It took
    a quarter of the map's time to find, and kept small categories together no better.

    Parameters
    ----------
    graph : Graph
        Its rows are read in blocks; its neighbours are not needed.
    count : int
        How many landmarks; fewer than there are rows.
    seed : int
        The same seed chooses the same landmarks.
    progress : Progress
        Told for how many of the other rows the landmarks are known (stage ``placing``).
    """
    numbers = np.sort(np.random.default_rng(seed).permutation(len(graph.rows))[:count])
    others = np.setdiff1d(np.arange(len(graph.rows)), numbers, assume_unique=True)
    sample = Graph(graph.rows[numbers], np.arange(count), graph.metric, graph.reach)
    nearest = nearest_among(sample.rows, NEAREST, graph.rows, others, seed=seed, progress=progress)
    return Landmarks(sample, numbers, others, nearest)

"""What the maps of one modality share: unique rows, their neighbours, their principal components."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from core.common.progress import Progress, silent
from core.nearest.graph import Graph, graph_of
from core.projections.landmarks import Landmarks, choose_landmarks

_BLOCK = 4096


@dataclass(frozen=True)
class Prepared:
    """Features ready for any number of maps; everything is computed once, when first needed.

    Attributes
    ----------
    graph : Graph
        The unique rows and their neighbours.
    """

    graph: Graph
    _landmarks: dict[tuple[int, int], Landmarks] = field(default_factory=dict, init=False, repr=False)

    @property
    def rows(self) -> np.ndarray:
        """The unique rows, float32 (u, d)."""
        return self.graph.rows

    @property
    def places(self) -> np.ndarray:
        """The unique row of each row, int64 (n,)."""
        return self.graph.places

    def __len__(self) -> int:
        """Return how many rows there are, repeated ones included."""
        return len(self.places)

    def __getitem__(self, which: np.ndarray | slice) -> np.ndarray:
        """Return some of the rows, repeated ones included, float32 (m, d): read them in blocks."""
        return np.asarray(self.rows[self.places[which]])

    def landmarks(self, count: int, seed: int, progress: Progress = silent) -> Landmarks:
        """Return `count` landmarks among the unique rows, found once for each seed."""
        if (count, seed) not in self._landmarks:
            self._landmarks[count, seed] = choose_landmarks(self.graph, count, seed, progress)
        return self._landmarks[count, seed]

    @cached_property
    def components(self) -> np.ndarray:
        """The first three principal components, float32 (u, 3); zeros if there are fewer."""
        return principal_components(self.rows, 3)

    def start(self, dims: int, seed: int) -> np.ndarray:
        """Return initial coordinates, float64 (u, dims): principal components, the first with deviation 1.

        A little seeded noise keeps points apart if the features have fewer dimensions than the map.
        """
        begin = self.components[:, :dims].astype(np.float64)
        begin /= max(begin[:, 0].std(), 1e-12)
        return begin + np.random.default_rng(seed).normal(scale=1e-3, size=begin.shape)


def prepare(vectors: np.ndarray | Graph, *, metric: str = "cosine") -> Prepared:
    """Prepare features for `core.projections.drawing.project`.

    Parameters
    ----------
    vectors : np.ndarray or Graph
        float, shape (n, d), finite; or their graph, if something else needs it as well.
    metric : str
        ``cosine`` or ``euclidean``; ignored for a graph, which has its own.

    Raises
    ------
    CoreError
        If the metric is unknown.
    """
    return Prepared(vectors if isinstance(vectors, Graph) else graph_of(vectors, metric=metric))


def principal_components(rows: np.ndarray, dims: int) -> np.ndarray:
    """Project `rows` (n, d) on their principal axes: float32 (n, dims), zeros beyond d, signs fixed.

    The rows, which may be memory-mapped, are read in blocks: first for their mean, then for their covariance,
    then to project them.
    """
    drawn = np.zeros((len(rows), dims), dtype=np.float32)
    if not len(rows):
        return drawn
    blocks = [slice(start, start + _BLOCK) for start in range(0, len(rows), _BLOCK)]
    mean = (sum(rows[block].sum(axis=0, dtype=np.float64) for block in blocks) / len(rows)).astype(np.float32)
    scatter = np.zeros((rows.shape[1], rows.shape[1]))
    for block in blocks:
        centred = rows[block] - mean
        scatter += centred.T @ centred
    axes = np.linalg.eigh(scatter).eigenvectors[:, ::-1][:, :dims]
    # The sign of an axis is arbitrary: its largest entry is made positive.
    axes = (axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])).astype(np.float32)
    for block in blocks:
        drawn[block, : axes.shape[1]] = (rows[block] - mean) @ axes
    return drawn

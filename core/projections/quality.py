"""How far a map can be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.common.progress import Progress, silent
from core.projections.trust import NEIGHBOURS, Rows, local_trustworthiness, sample_rows


@dataclass(frozen=True, eq=False)
class MapQuality:
    """How much of the features' neighbourhoods a map keeps.

    Attributes
    ----------
    trust : np.ndarray
        float32, shape (n,): what each row adds (`core.projections.trust.local_trustworthiness`).
    neighbour_accuracy : float
        In [0, 1]: the share of points with the same category as most of their ten neighbours on the map.
    """

    trust: np.ndarray
    neighbour_accuracy: float

    @property
    def trustworthiness(self) -> float:
        """In [0, 1]: how few of a point's ten neighbours on the map are not neighbours in the features.

        After Venna and Kaski (2001), within a random sample of the rows; 1 if there are none.
        """
        return float(self.trust.mean(dtype=np.float64)) if len(self.trust) else 1.0


def quality(
    vectors: Rows, coords: np.ndarray, labels: np.ndarray, seed: int = 0, progress: Progress = silent
) -> MapQuality:
    """Measure one map, as `qualities` does."""
    return qualities(vectors, [coords], labels, seed, progress)[0]


def qualities(
    vectors: Rows,
    maps: Sequence[np.ndarray],
    labels: np.ndarray,
    seed: int = 0,
    progress: Progress = silent,
) -> list[MapQuality]:
    """Measure maps of the same rows; neighbours are looked for in a random sample of up to 3,000 rows.

    Parameters
    ----------
    vectors : Rows
        float, shape (n, d); read in blocks, and compared once for all maps.
    maps : sequence of np.ndarray
        float, shapes (n, 2 or 3).
    labels : np.ndarray
        Anything comparable, shape (n,).
    seed : int
        Of the sample.
    progress : Progress
        Told how many rows are measured (stage ``quality``).

    Returns
    -------
    list of MapQuality
        One for each map. All figures are 1 if there are fewer than three rows.
    """
    trust = local_trustworthiness(vectors, maps, seed, progress)
    return [
        MapQuality(one, neighbour_accuracy(coords, labels, seed))
        for one, coords in zip(trust, maps, strict=True)
    ]


def neighbour_accuracy(coords: np.ndarray, labels: np.ndarray, seed: int = 0) -> float:
    """Return the share of points with the same category as most of their ten neighbours on the map.

    Parameters are those of `quality`; of a random sample of up to 3,000 rows.
    """
    from sklearn.neighbors import NearestNeighbors

    labels = np.asarray(labels)
    if len(coords) != len(labels):
        raise ValueError(f"expected equal lengths, got {len(coords)} and {len(labels)}")
    rows = sample_rows(len(coords), seed)
    few = min(NEIGHBOURS, (len(rows) - 1) // 2)
    if few < 1:
        return 1.0
    numbers = np.unique(labels[rows], return_inverse=True)[1]
    around = NearestNeighbors(n_neighbors=few).fit(coords[rows]).kneighbors(return_distance=False)
    votes = np.zeros((len(rows), numbers.max() + 1), dtype=np.int64)
    np.add.at(votes, (np.arange(len(rows))[:, None], numbers[around]), 1)
    return float((votes.argmax(axis=1) == numbers).mean())

"""How far a map can be trusted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.nearest.exact import unit

SAMPLE = 3000
NEIGHBOURS = 10


@dataclass(frozen=True)
class MapQuality:
    """How much of the features' neighbourhoods a map keeps.

    Attributes
    ----------
    trustworthiness : float
        In [0, 1]: how few of a point's ten neighbours on the map are not neighbours in the features (Venna
        and Kaski, 2001).
    neighbour_accuracy : float
        In [0, 1]: the share of points with the same category as most of their ten neighbours on the map.
    rows : int
        Rows measured.
    """

    trustworthiness: float
    neighbour_accuracy: float
    rows: int


def quality(vectors: np.ndarray, coords: np.ndarray, labels: np.ndarray, seed: int = 0) -> MapQuality:
    """Measure a map on a random sample of up to 3,000 rows; only neighbours within the sample count.

    Parameters
    ----------
    vectors, coords : np.ndarray
        float, shapes (n, d) and (n, 2 or 3).
    labels : np.ndarray
        Anything comparable, shape (n,).

    Returns
    -------
    MapQuality
        Both figures are 1 if there are fewer than three rows.
    """
    from sklearn.manifold import trustworthiness
    from sklearn.neighbors import NearestNeighbors

    labels = np.asarray(labels)
    if not len(vectors) == len(coords) == len(labels):
        raise ValueError(f"expected equal lengths, got {len(vectors)}, {len(coords)}, {len(labels)}")
    rows = np.random.default_rng(seed).permutation(len(vectors))[:SAMPLE]
    few = min(NEIGHBOURS, (len(rows) - 1) // 2)
    if few < 1:
        return MapQuality(1.0, 1.0, len(rows))
    points, numbers = coords[rows], np.unique(labels[rows], return_inverse=True)[1]
    around = NearestNeighbors(n_neighbors=few).fit(points).kneighbors(return_distance=False)
    votes = np.zeros((len(rows), numbers.max() + 1), dtype=np.int64)
    np.add.at(votes, (np.arange(len(rows))[:, None], numbers[around]), 1)
    return MapQuality(
        trustworthiness=float(trustworthiness(unit(vectors[rows]), points, n_neighbors=few)),
        neighbour_accuracy=float((votes.argmax(axis=1) == numbers).mean()),
        rows=len(rows),
    )

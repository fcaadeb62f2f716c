"""Each product's nearest others in one modality, exact copies of a vector counted once."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from core.neighbours import nearest, unit
from core.progress import Progress, silent

NEAREST = 10


@dataclass(frozen=True, eq=False)
class Near:
    """The nearest products with another vector.

    Attributes
    ----------
    vectors : np.ndarray
        float32, shape (n, d): of length one.
    present : np.ndarray
        bool, shape (n,): which products have a vector.
    first : np.ndarray
        int64, shape (n,): the first row with the same vector, often the row itself; -1 where absent.
    indices : np.ndarray
        int64, shape (n, k): the nearest rows among the first of their vector, best first; -1 where absent.
    distance : np.ndarray
        float32, shape (n, k): 1 - cosine, 0 to 2; NaN where absent.
    """

    vectors: np.ndarray
    present: np.ndarray
    first: np.ndarray
    indices: np.ndarray
    distance: np.ndarray

    def scale(self, place: int) -> np.ndarray:
        """Return the distance to the neighbour at `place` (from 1), the last where there are fewer.

        float32, shape (n,); NaN where the product is absent or has no neighbour.
        """
        if not self.distance.shape[1]:
            return np.full(len(self.distance), np.nan, dtype=np.float32)
        return self.distance[:, min(place, self.distance.shape[1]) - 1]


def near(vectors: np.ndarray, present: np.ndarray, k: int = NEAREST, *, progress: Progress = silent) -> Near:
    """Find each product's `k` nearest others.

    Parameters
    ----------
    vectors : np.ndarray
        float, shape (n, d).
    present : np.ndarray
        bool, shape (n,): rows that count.
    k : int
        How many; fewer where there are fewer different vectors.
    progress : Progress
        Told the products searched for.

    Raises
    ------
    ValueError
        The arrays do not fit each other.
    """
    present = np.asarray(present, dtype=bool)
    if np.ndim(vectors) != 2 or present.shape != np.shape(vectors)[:1]:
        raise ValueError(f"expected vectors (n, d) and a mask (n,), got {np.shape(vectors)}, {present.shape}")
    vectors = unit(vectors)
    seen: dict[bytes, int] = {}
    first = np.full(len(vectors), -1, dtype=np.int64)
    for row in np.flatnonzero(present):
        key = blake2b(vectors[row].tobytes(), digest_size=16).digest()
        first[row] = seen.setdefault(key, int(row))
    distinct = np.fromiter(seen.values(), dtype=np.int64, count=len(seen))
    found = nearest(vectors[distinct], k, progress=progress) if len(distinct) else None
    k = found.indices.shape[1] if found else 0
    indices = np.full((len(vectors), k), -1, dtype=np.int64)
    distance = np.full((len(vectors), k), np.nan, dtype=np.float32)
    if found and k:
        place = np.searchsorted(distinct, first[present])  # first rows are found in ascending order
        indices[present] = distinct[found.indices][place]
        distance[present] = 1 - found.similarity[place]
    return Near(vectors, present, first, indices, distance)

"""What maps of one modality share: the unique rows, their neighbours, their principal components."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.neighbours import Neighbours, nearest, unit
from core.progress import Progress, silent

# As many as t-SNE wants at a perplexity of 30; UMAP takes the first of them.
NEIGHBOURS = 90


@dataclass(frozen=True)
class Prepared:
    """Features made ready for any number of maps; each thing is computed once, when first needed.

    Attributes
    ----------
    rows : np.ndarray
        float32, shape (u, d): the unique rows, of length one.
    places : np.ndarray
        int64, shape (n,): which unique row each row is.
    """

    rows: np.ndarray
    places: np.ndarray
    progress: Progress = silent

    @cached_property
    def neighbours(self) -> Neighbours:
        """The 90 nearest unique rows of each, itself left out; fewer where there are fewer."""
        return nearest(self.rows, NEIGHBOURS, progress=self.progress)

    @cached_property
    def components(self) -> np.ndarray:
        """float32, shape (u, 3): principal components, zeros where there are fewer."""
        return principal_components(self.rows, 3)

    def start(self, dims: int, seed: int) -> np.ndarray:
        """Return where a map may begin, float64 (u, dims): principal components, the first of deviation 1.

        A little seeded noise keeps points apart where the features have fewer dimensions than the map.
        """
        begin = self.components[:, :dims].astype(np.float64)
        begin /= max(begin[:, 0].std(), 1e-12)
        return begin + np.random.default_rng(seed).normal(scale=1e-3, size=begin.shape)


def prepare(vectors: np.ndarray, *, progress: Progress = silent) -> Prepared:
    """Make features ready for `core.projections.project`.

    Parameters
    ----------
    vectors : np.ndarray
        float, shape (n, d), finite.
    progress : Progress
        Told how many rows have found their neighbours, when they are first asked for.
    """
    vectors = np.ascontiguousarray(vectors, dtype=np.float32)
    if vectors.ndim != 2:
        raise ValueError(f"expected vectors (n, d), got {vectors.shape}")
    if not np.isfinite(vectors).all():
        raise ValueError("expected finite vectors, got NaN or infinity")
    rows, places = np.unique(unit(vectors), axis=0, return_inverse=True)
    return Prepared(rows, places.ravel(), progress)


def principal_components(rows: np.ndarray, dims: int) -> np.ndarray:
    """Project `rows` (n, d) on their principal axes: float32 (n, dims), zeros beyond d; signs are fixed."""
    drawn = np.zeros((len(rows), dims), dtype=np.float32)
    if not len(rows):
        return drawn
    centred = rows - rows.mean(axis=0)
    axes = np.linalg.eigh((centred.T @ centred).astype(np.float64)).eigenvectors[:, ::-1][:, :dims]
    # The sign of an axis is arbitrary: its largest entry is made positive.
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
    drawn[:, : axes.shape[1]] = centred @ axes
    return drawn

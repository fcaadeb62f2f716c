"""An index for repeated searches for the rows nearest to one product."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.nearest.exact import Neighbours


@dataclass(frozen=True)
class VectorIndex:
    """Rows with their lengths, computed once. Create it with :meth:`of`.

    Attributes
    ----------
    sides : tuple of np.ndarray
        float32, shapes (n, d) each: side by side they are the rows. They are not copied, so that
        memory-mapped files stay on disk.
    lengths : np.ndarray
        float32, shape (n,): of the whole rows; 1 for rows of zeros.
    """

    sides: tuple[np.ndarray, ...]
    lengths: np.ndarray

    @classmethod
    def of(cls, *sides: np.ndarray) -> VectorIndex:
        """Make an index of rows, given as one array or as several side by side."""
        plain = tuple(np.asarray(side) for side in sides)
        lengths = np.sqrt(sum(np.einsum("nd,nd->n", side, side) for side in plain))
        return cls(plain, np.where(lengths > 0, lengths, np.float32(1)))

    @property
    def width(self) -> int:
        """Numbers in a whole row."""
        return sum(side.shape[1] for side in self.sides)

    def row(self, number: int) -> np.ndarray:
        """Return one row, float32 (width,)."""
        return np.concatenate([side[number] for side in self.sides])

    def nearest(self, k: int, query: np.ndarray, among: np.ndarray | None = None) -> Neighbours:
        """Find the rows most similar to one product.

        Parameters
        ----------
        k : int
            How many; fewer are returned if there are fewer rows.
        query : np.ndarray
            float32, shape (width,): the product's vector, of any length.
        among : np.ndarray, optional
            bool, shape (n,): which rows to search; by default all.

        Returns
        -------
        Neighbours
            Shapes (1, k), as `core.nearest.exact.nearest` returns them.
        """
        query = query / (np.sqrt(query @ query) or 1)
        parts = np.split(query, np.cumsum([side.shape[1] for side in self.sides])[:-1])
        # Memory is the bottleneck: as fast as a matrix product by two BLAS threads, and one visitor does not
        # take the cores from another.
        pairs = zip(self.sides, parts, strict=True)
        cosines = sum(np.einsum("nd,d->n", side, part) for side, part in pairs) / self.lengths
        rows = np.arange(len(cosines)) if among is None else np.flatnonzero(among)
        cosines, k = cosines[rows], min(k, len(rows))
        best = np.sort(np.argpartition(-cosines, k - 1)[:k]) if k else np.zeros(0, dtype=np.int64)
        best = best[np.argsort(-cosines[best], kind="stable")]
        return Neighbours(rows[best][None], np.clip(cosines[best][None], -1, 1))

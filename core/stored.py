"""Vectors that are searched again and again for the rows nearest to one product."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.neighbours import Neighbours


@dataclass(frozen=True)
class Stored:
    """Rows whose lengths are measured once. Use :meth:`of`.

    Attributes
    ----------
    sides : tuple of np.ndarray
        float32, shapes (n, d) each: side by side they are the rows. Nothing is copied, so that files mapped
        into memory stay there.
    lengths : np.ndarray
        float32, shape (n,): of the whole rows; 1 for rows of zeros.
    """

    sides: tuple[np.ndarray, ...]
    lengths: np.ndarray

    @classmethod
    def of(cls, *sides: np.ndarray) -> Stored:
        """Measure rows, given as one array or as several that stand side by side."""
        plain = tuple(np.asarray(side) for side in sides)
        lengths = np.sqrt(sum(np.einsum("nd,nd->n", side, side) for side in plain))
        return cls(plain, np.where(lengths > 0, lengths, np.float32(1)))

    def nearest(self, k: int, *query: np.ndarray) -> Neighbours:
        """Find the rows most similar to one product.

        Parameters
        ----------
        k : int
            How many; fewer come back where there are fewer rows.
        query : np.ndarray
            float32, shape (d,) each, of any length: the product, a part for each side.

        Returns
        -------
        Neighbours
            Shapes (1, k), as `core.neighbours.nearest` finds them.
        """
        length = np.sqrt(sum(part @ part for part in query)) or 1
        # As quick as a product by two threads of BLAS, since it is memory that is waited for, and one visitor
        # does not take the cores from another.
        parts = zip(self.sides, query, strict=True)
        cosines = sum(np.einsum("nd,d->n", side, part / length) for side, part in parts) / self.lengths
        k = min(k, len(cosines))
        best = np.argpartition(-cosines, k - 1)[:k] if k else np.zeros(0, dtype=np.int64)
        best = best[np.argsort(-cosines[best], kind="stable")]
        return Neighbours(best[None], np.clip(cosines[best][None], -1, 1))

"""Vectors that are read by rows: an array, or what gathers some rows of a larger one each time."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np


class RowVectors(Protocol):
    """Vectors of n products: a NumPy array of shape (n, d) is one, whether in memory or mapped."""

    @property
    def shape(self) -> tuple[int, ...]:
        """(n, d)."""
        ...

    def __len__(self) -> int:
        """How many there are."""
        ...

    def __getitem__(self, rows: Any) -> np.ndarray:
        """Return the vectors of some rows, chosen by a slice, by positions or by a mask."""
        ...

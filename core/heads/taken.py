"""Some products of a catalogue, whose vectors are gathered when they are read.

Training takes four fifths of the products, folds take parts of these, and judging takes all of them once
more: copies would be several times what the vectors of a large catalogue take.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from core.features.vectors import Features


class TakenFeatures(Mapping[str, Features]):
    """Features of some rows of `whole`; each reading gathers them anew.

    Parameters
    ----------
    whole
        text and/or image -> features of n products.
    rows
        int64 (m,): positions.
    """

    def __init__(self, whole: Mapping[str, Features], rows: np.ndarray) -> None:
        self._whole = whole
        self._rows = rows

    @classmethod
    def of(cls, features: Mapping[str, Features], rows: np.ndarray) -> TakenFeatures:
        """Return the features of rows of `features`, which may be taken themselves."""
        if isinstance(features, TakenFeatures):
            return cls(features._whole, features._rows[rows])
        return cls(features, rows)

    def __getitem__(self, side: str) -> Features:
        return self._whole[side].take(self._rows)

    def __iter__(self) -> Iterator[str]:
        return iter(self._whole)

    def __len__(self) -> int:
        return len(self._whole)

    def __contains__(self, side: object) -> bool:
        return side in self._whole

    def one(self, side: str, name: str) -> np.ndarray | None:
        """Return one field of a side's features, without gathering the others."""
        array = getattr(self._whole[side], name)
        return None if array is None else array[self._rows]

"""Which row a product is in, by its id, without an object for each: sorted ids, searched by halves."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, eq=False)
class SkuRows:
    """The ids of n products.

    Attributes
    ----------
    skus
        The ids, one chunk, in the order of the products.
    order
        int (n,): the rows by their ids, ascending.
    """

    skus: pa.Array
    order: np.ndarray

    @classmethod
    def of(cls, skus: pa.Array) -> SkuRows:
        """Sort some ids, each of which is there once."""
        return cls(skus, sorted_rows(skus))

    def __contains__(self, sku: object) -> bool:
        """Whether there is a product of this id."""
        return self._find(sku) is not None

    def __getitem__(self, sku: str) -> int:
        """Return the row of a product; KeyError where there is none."""
        row = self._find(sku)
        if row is None:
            raise KeyError(sku)
        return row

    def among(self, skus: Sequence[str] | np.ndarray | pa.Array) -> np.ndarray:
        """Return the rows of several products, int64 (m,); KeyError where one is not there."""
        import pyarrow as pa
        import pyarrow.compute as pc

        wanted = skus if isinstance(skus, pa.Array) else pa.array(skus, type=self.skus.type)
        found = pc.index_in(wanted, value_set=self.skus)
        if found.null_count:
            raise KeyError(wanted.filter(found.is_null())[0].as_py())
        rows: np.ndarray = found.to_numpy().astype(np.int64)
        return rows

    def _find(self, sku: object) -> int | None:
        if not isinstance(sku, str):
            return None
        # Arrow sorts by bytes in UTF-8, which is the order of code points, as Python's.
        place = bisect_left(self.order, sku, key=lambda row: self.skus[int(row)].as_py())
        if place == len(self.order):
            return None
        row = int(self.order[place])
        return row if self.skus[row].as_py() == sku else None


def sorted_rows(skus: pa.Array) -> np.ndarray:
    """Return the rows by their ids, ascending: int32 (n,)."""
    import pyarrow.compute as pc

    rows: np.ndarray = pc.array_sort_indices(skus).to_numpy().astype(np.int32)
    return rows

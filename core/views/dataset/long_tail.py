"""How unevenly a catalogue's products are spread over its categories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.views.categories import category_counts
from core.views.selection import SPLIT_NAMES

if TYPE_CHECKING:
    import pandas as pd

GOAL = 0.8
"""The share of the products that the largest categories are asked to hold."""

FEW = 50
"""Categories with fewer products are called small: about ten of them are left to test on."""

ALIKE = 2
"""Up to this many times as many products, the largest category is about as large as the smallest."""


@dataclass(frozen=True, eq=False)
class LongTail:
    """The largest categories and the rest.

    Attributes
    ----------
    counts : Series
        Products of each category, the largest first.
    """

    counts: pd.Series

    @property
    def shares(self) -> np.ndarray:
        """Of all products, what the 1, 2 ... k largest categories hold together: float (k,), 0 to 1."""
        return self.counts.cumsum().to_numpy() / self.counts.sum()

    @property
    def head(self) -> int:
        """How many of the largest categories it takes to hold `GOAL` of the products."""
        return int(np.searchsorted(self.shares, GOAL - 1e-9)) + 1

    @property
    def small(self) -> int:
        """How many categories have fewer than `FEW` products."""
        return int((self.counts < FEW).sum())

    def words(self, *, learned: bool = True) -> str:
        """Say the same in words; "" for a single category, which has no tail.

        Parameters
        ----------
        learned
            Whether models learn from (a part of) these products, so that few are too few.
        """
        k = len(self.counts)
        if k < 2:
            return ""
        times = self.counts.iloc[0] / self.counts.iloc[-1]
        largest, smallest = (f"{name} ({count:,})" for name, count in self.counts.iloc[[0, -1]].items())
        if times == 1:
            said = f"**All {k} categories have as many products: {self.counts.iloc[0]:,} each.**"
        elif times < ALIKE:
            said = f"**The categories are about as large**, from {largest} down to {smallest}."
        else:
            said = (
                ""
                if self.head == k
                else f"**{self.head} of {k} categories hold {GOAL:.0%} of the products.** "
            )
            said += f"The largest, {largest}, is {times:,.0f} times as large as the smallest, {smallest}."
        if self.small and learned:
            said += f" {_have(self.small, k)} fewer than {FEW} products: too few to learn them well."
        return said


def _have(count: int, k: int) -> str:
    if count == k:
        return "All of them have"
    return "One category has" if count == 1 else f"{count} categories have"


def class_table(table: pd.DataFrame) -> pd.DataFrame:
    """Lay out the categories for a table or a file, the largest first.

    Returns
    -------
    DataFrame
        Category, Products, Share (0 to 1), then the products of each part of the split, by its word.
    """
    import pandas as pd

    counts = category_counts(table)
    columns = {
        "Category": counts.index.to_numpy(dtype=object),
        "Products": counts.to_numpy(),
        "Share": counts.to_numpy() / max(1, len(table)),
    }
    for part, word in SPLIT_NAMES.items():
        if part:
            of_part = table.loc[(table["part"] == part).to_numpy(dtype=bool), "category"].value_counts()
            columns[word] = of_part.reindex(counts.index, fill_value=0).to_numpy()
    return pd.DataFrame(columns)

"""How unevenly a catalogue's products are spread over its categories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.common.escaping import markdown
from core.views.categories import category_counts
from core.views.formatting import counted, percent
from core.views.selection import SPLIT_NAMES

if TYPE_CHECKING:
    import pandas as pd

GOAL = 0.8
"""The share of products by which the head of the distribution is defined."""

FEW = 50
"""Categories with fewer products are called small: about ten of their products are left for testing."""

ALIKE = 2
"""Categories count as similar in size while the largest is less than this many times the smallest."""


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
        """The cumulative share of products in the 1, 2 ... k largest categories: float (k,), 0 to 1."""
        return self.counts.cumsum().to_numpy() / self.counts.sum()

    @property
    def head(self) -> int:
        """The number of largest categories that together hold `GOAL` of the products."""
        return int(np.searchsorted(self.shares, GOAL - 1e-9)) + 1

    @property
    def small(self) -> int:
        """How many categories have fewer than `FEW` products."""
        return int((self.counts < FEW).sum())

    def summary(self, *, trained_on: bool = True) -> str:
        """Return how uneven the categories are, in a sentence or two; "" for a single category.

        Parameters
        ----------
        trained_on
            Whether models train on some of these products: then small categories are worth a warning.
        """
        if len(self.counts) < 2:
            return ""
        sentences = [self._balance()]
        if self.small and trained_on:
            sentences.append(
                f"{_have(self.small, len(self.counts))} fewer than {FEW} products, too few to train on."
            )
        return " ".join(sentences)

    def _balance(self) -> str:
        k, most, least = len(self.counts), int(self.counts.iloc[0]), int(self.counts.iloc[-1])
        largest, smallest = (
            f"{markdown(str(name))} ({count:,})" for name, count in self.counts.iloc[[0, -1]].items()
        )
        if most == least:
            return f"**All {k} categories have {counted(most, 'product')}.**"
        if most / least < ALIKE:
            return f"**The categories are similar in size**, from {smallest} to {largest}."
        head = f"**{self.head} of {k} categories hold {percent(GOAL, 0)} of the products.** "
        return (
            f"{head if self.head < k else ''}The largest category, {largest}, is {most / least:,.0f} times "
            f"the size of the smallest, {smallest}."
        )


def _have(count: int, k: int) -> str:
    if count == k:
        return "All of them have"
    return "One category has" if count == 1 else f"{count} categories have"


def category_table(table: pd.DataFrame) -> pd.DataFrame:
    """List the categories with their products, the largest first.

    Returns
    -------
    DataFrame
        Category, Products, Share (0 to 1), then the products of each split, by its name.
    """
    import pandas as pd

    counts = category_counts(table)
    columns = {
        "Category": counts.index.to_numpy(dtype=object),
        "Products": counts.to_numpy(),
        "Share": counts.to_numpy() / max(1, len(table)),
    }
    for split, name in SPLIT_NAMES.items():
        if split:
            in_split = table.loc[(table["part"] == split).to_numpy(dtype=bool), "category"].value_counts()
            columns[name] = in_split.reindex(counts.index, fill_value=0).to_numpy()
    return pd.DataFrame(columns)

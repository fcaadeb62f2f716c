"""What the sidebar selects: an input, some categories, a split."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

SPLIT_NAMES = {"": "All", "train": "Training", "validation": "Validation", "test": "Test"}
"""A split -> its name; "" stands for all products."""


@dataclass(frozen=True)
class Selection:
    """What the pages show.

    Attributes
    ----------
    modality
        text, image or fused.
    categories
        The selected categories; empty for all.
    split
        One of `SPLIT_NAMES`.
    """

    modality: str
    categories: tuple[str, ...] = ()
    split: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is filtered out."""
        return not self.categories and not self.split

    @property
    def products(self) -> str:
        """What is selected, as a caption has it: "products", "test products in Mugs"."""
        kind = f"{SPLIT_NAMES[self.split].lower()} products" if self.split else "products"
        if not self.categories:
            return kind
        where = self.categories[0] if len(self.categories) == 1 else f"{len(self.categories)} categories"
        return f"{kind} in {where}"

    def mask(self, table: pd.DataFrame) -> np.ndarray:
        """Return which rows of a bundle's table are selected: bool (n,)."""
        selected = np.full(len(table), True)
        if self.categories:
            selected &= table["category"].isin(list(self.categories)).to_numpy(dtype=bool)
        if self.split:
            selected &= (table["part"] == self.split).to_numpy(dtype=bool)
        return selected

    def rows(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the selected rows of a bundle's table, with their own index."""
        return table if self.is_whole else table[self.mask(table)]

    def of_categories(self, categories: np.ndarray) -> np.ndarray:
        """Return which of some categories' names, (n,) objects, are selected: bool (n,)."""
        if not self.categories:
            return np.full(len(categories), True)
        return np.asarray(np.isin(categories.astype(str), self.categories))

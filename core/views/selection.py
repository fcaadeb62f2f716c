"""What the sidebar lets a visitor look at: an input, some categories, a part of the split."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

SPLIT_NAMES = {"": "All", "train": "Train", "validation": "Validation", "test": "Test"}
"""A part of the split -> its word; "" stands for all of them."""


@dataclass(frozen=True)
class Selection:
    """What is looked at, on whichever page.

    Attributes
    ----------
    modality
        text, image or fused.
    categories
        The categories asked for; empty for all.
    part
        One of `PARTS`.
    """

    modality: str
    categories: tuple[str, ...] = ()
    part: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is filtered out."""
        return not self.categories and not self.part

    @property
    def words(self) -> str:
        """What is shown, as the line under a figure says it."""
        part = f"{SPLIT_NAMES[self.part].lower()} part" if self.part else "whole catalogue"
        if not self.categories:
            return part
        named = self.categories[0] if len(self.categories) == 1 else f"{len(self.categories)} categories"
        return f"{named}, {part}"

    def mask(self, table: pd.DataFrame) -> np.ndarray:
        """Return which rows of a bundle's table are asked for: bool (n,)."""
        return self.of_categories(table["category"].to_numpy(dtype=object)) & (
            np.full(len(table), True) if not self.part else (table["part"] == self.part).to_numpy(dtype=bool)
        )

    def rows(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of a bundle's table that are asked for, with their own index."""
        return table if self.is_whole else table[self.mask(table)]

    def of_categories(self, categories: np.ndarray) -> np.ndarray:
        """Return which of some categories' names, (n,) objects, are asked for: bool (n,)."""
        if not self.categories:
            return np.full(len(categories), True)
        return np.isin(categories.astype(str), self.categories)

"""The fields of a product table: what they are called, and where they are empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


FIELD_NAMES = {
    "name": "Name",
    "description": "Description",
    "has_image": "Picture",
    "brand": "Brand",
    "price": "Price",
    "colour": "Colour",
    "usage": "Usage",
    "url": "Web address",
}
"""Column -> what a person calls it; the levels of a category tree are added as they come."""

HIDDEN_IF_PRIVATE = ("name", "description", "brand", "url")


def field_names(table: pd.DataFrame, *, private: bool = False) -> dict[str, str]:
    """Return column -> word for the columns whose gaps are worth showing.

    Parameters
    ----------
    private
        Whether names and descriptions were left out of the bundle: their absence says nothing then.
    """
    levels = [c for c in table.columns if c.startswith("level_")]
    words = FIELD_NAMES | {c: f"Level {c.removeprefix('level_')} of the tree" for c in levels}
    if private:
        words = {"has_text": "Text"} | {c: w for c, w in words.items() if c not in HIDDEN_IF_PRIVATE}
    return {column: word for column, word in words.items() if column in table.columns}


def missing_mask(table: pd.DataFrame, column: str) -> np.ndarray:
    """Return bool (n,): where `column` is empty, not a number, or (for has_...) false."""
    values = table[column]
    if column.startswith("has_"):
        return ~values.to_numpy(dtype=bool)
    if values.dtype.kind in "fiub":
        return values.isna().to_numpy()
    return (values.isna() | (values.astype(str).str.strip() == "")).to_numpy(dtype=bool)

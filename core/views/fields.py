"""The fields of a product table: what they are called, and where they are empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

FIELD_NAMES = {
    "name": "Name",
    "description": "Description",
    "has_image": "Image",
    "brand": "Brand",
    "price": "Price",
    "colour": "Colour",
    "usage": "Usage",
    "url": "Web address",
}
"""Column -> its name on screen; the levels of a category tree are added as they come."""

HIDDEN_IF_PRIVATE = ("name", "description", "brand", "url")


def level_name(column: str) -> str:
    """Return the name of a column of the category tree: ``level_2`` is Category level 2."""
    return f"Category level {column.removeprefix('level_')}"


def field_names(table: pd.DataFrame, *, private: bool = False) -> dict[str, str]:
    """Return column -> name for the columns that may have gaps worth showing.

    Parameters
    ----------
    table
        The catalogue.
    private
        Whether names and descriptions were left out of the bundle: then they are not missing.
    """
    names = FIELD_NAMES | {c: level_name(c) for c in table.columns if c.startswith("level_")}
    if private:
        names = {"has_text": "Text"} | {c: name for c, name in names.items() if c not in HIDDEN_IF_PRIVATE}
    return {column: name for column, name in names.items() if column in table.columns}


def missing_mask(table: pd.DataFrame, column: str) -> np.ndarray:
    """Return bool (n,): where `column` is empty, not a number, or (for has_...) false."""
    values = table[column]
    if column.startswith("has_"):
        return ~values.to_numpy(dtype=bool)
    if values.dtype.kind in "fiub":
        return values.isna().to_numpy(dtype=bool)
    return (values.isna() | (values.astype(str).str.strip() == "")).to_numpy(dtype=bool)


def missing_masks(table: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return column -> where it is empty, bool (n,), for all columns that may have gaps worth showing."""
    return {column: missing_mask(table, column) for column in ("has_text", *field_names(table))}

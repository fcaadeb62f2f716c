"""What of a catalogue may leave the house: ids, categories and measures; no names, texts or images."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

KEPT = (
    *("sku", "category", "part", "group", "has_text", "has_image"),
    *("text_length", "image_width", "image_height"),
)
KEPT_EXTRAS = ("colour", "usage")
EMPTIED = ("name", "description", "image", "image_digest")
FEWEST = 5
"""Rows that must share a level of the taxonomy: a rarer one may be the product's own name."""


def without_private(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table of a private bundle.

    Names, descriptions and image names are emptied; brands, prices, links and whatever else is not named
    here are left out; a level of the taxonomy stays where at least five products share it and it is not the
    beginning of the product's name.
    """
    public = table[[*KEPT, *(name for name in KEPT_EXTRAS if name in table)]].copy()
    for name in EMPTIED:
        public[name] = ""
    for name in (column for column in map(str, table.columns) if column.startswith("level_")):
        shared = table[name].map(table[name].value_counts()) >= FEWEST
        kept = [
            level if is_shared and not _names(level, product) else ""
            for level, is_shared, product in zip(table[name], shared, table["name"], strict=True)
        ]
        if any(kept):
            public[name] = kept
    return public


def _names(level: str, product: str) -> bool:
    """Whether a level of the taxonomy is the beginning of the product's own name."""
    beginning = level.casefold().rstrip(". …")
    return bool(beginning) and product.casefold().startswith(beginning)

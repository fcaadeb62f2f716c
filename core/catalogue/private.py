"""Remove private data from a catalogue: keep ids, categories and measures, drop names, texts and images."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from core.catalogue.layouts.levels import PATH
from core.catalogue.values.paths import JOINED

if TYPE_CHECKING:
    import pandas as pd

KEPT = (
    *("sku", "category", "part", "group", "has_text", "has_image"),
    *("text_length", "image_width", "image_height"),
)
KEPT_EXTRAS = ("colour", "usage")
EMPTIED = ("name", "description", "image", "images", "image_digest")
FEWEST = 5
"""Products that must share a taxonomy level for it to be kept: a rarer level may be a product's name."""


def without_private(table: pd.DataFrame) -> pd.DataFrame:
    """Return the product table of a private bundle.

    Names, descriptions and image names become empty; all columns not listed here, such as brands, prices and
    links, are dropped; a taxonomy level is kept if at least five products share it and the product's name
    does not start with it, and a category path as far down as that is so.
    """
    public = table[[*KEPT, *(name for name in KEPT_EXTRAS if name in table)]].copy()
    for name in EMPTIED:
        public[name] = ""
    for name in (column for column in map(str, table.columns) if column.startswith("level_")):
        shared = table[name].map(table[name].value_counts()) >= FEWEST
        kept = [
            level if is_shared and not _starts_name(level, product) else ""
            for level, is_shared, product in zip(table[name], shared, table["name"], strict=True)
        ]
        if any(kept):
            public[name] = kept
    if PATH in table:
        public[PATH] = _shared_paths(table)
    return public


def _shared_paths(table: pd.DataFrame) -> list[str]:
    """Return category paths without the names at their ends that few products share, or are products'."""
    paths = [tuple(path.split(JOINED)) for path in table[PATH]]
    counts = Counter(path[:end] for path in paths for end in range(1, len(path) + 1))
    kept = []
    for path, product in zip(paths, table["name"], strict=True):
        end = 0
        for name in path:
            if counts[path[: end + 1]] < FEWEST or _starts_name(name, product):
                break
            end += 1
        kept.append(JOINED.join(path[:end]))
    return kept


def _starts_name(level: str, product: str) -> bool:
    """Return whether the product's name starts with the taxonomy level."""
    beginning = level.casefold().rstrip(". …")
    return bool(beginning) and product.casefold().startswith(beginning)

"""Finding products by name or id."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


def find_rows(table: pd.DataFrame, query: str) -> np.ndarray:
    """Return int64 rows whose name holds all words of `query`, or whose id holds it, capitals aside."""
    words = query.casefold().split()
    if not words:
        return np.empty(0, dtype=np.int64)
    skus, names = (table[column].fillna("").astype(str).str.casefold() for column in ("sku", "name"))
    hit = skus.str.contains(" ".join(words), regex=False)
    named = np.ones(len(table), dtype=bool)
    for word in words:
        named &= names.str.contains(word, regex=False).to_numpy(dtype=bool)
    return np.flatnonzero(hit.to_numpy(dtype=bool) | named)

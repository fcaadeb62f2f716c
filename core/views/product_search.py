"""Finding products by name or id."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd


def find_rows(table: pd.DataFrame, query: str) -> np.ndarray:
    """Return int64 rows whose name holds all words of `query`, or whose id holds it, capitals aside."""
    words = query.casefold().split()
    if not words:
        return np.empty(0, dtype=np.int64)
    named = np.logical_and.reduce(_hits(table["name"], words))
    return np.flatnonzero(named | _hits(table["sku"], [" ".join(words)])[0])


def _hits(texts: pd.Series[str], words: Sequence[str]) -> np.ndarray:
    """Return which texts hold which words, capitals aside: bool (words, n)."""
    import pyarrow as pa
    import pyarrow.compute as pc

    cells = pa.array(texts.fillna("").astype(str), type=pa.large_string())
    plain = pc.string_is_ascii(cells)
    lower = pc.ascii_lower(cells)  # a fraction of the time of folding each text in Python
    hits = np.stack([pc.match_substring(lower, word).to_numpy(zero_copy_only=False) for word in words])
    others = np.flatnonzero(~plain.to_numpy(zero_copy_only=False))
    folded = [text.casefold() for text in cells.take(pa.array(others)).to_pylist()]
    hits[:, others] = [[word in text for text in folded] for word in words]
    return hits

"""What models that have not seen some products say of them, as a bundle keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

MOST = 8
"""Categories kept of a product and a modality."""
LEAST = 0.001
"""Probability under which a category is not kept, unless it is the likeliest."""


def likeliest(rows: np.ndarray, proba: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Lay out the likeliest categories of some products.

    Parameters
    ----------
    rows
        int (m,): the products' rows in the catalogue.
    proba
        Modality -> float (n, classes), 0 to 1; NaN rows say nothing.

    Returns
    -------
    DataFrame
        ``row`` (int32), ``modality`` (str), ``category`` (int16: a position in the bundle's classes) and
        ``share`` (float32, 0 to 1, four decimals): by modality and row, the likeliest first, up to `MOST`
        each.
    """
    import pandas as pd

    parts = []
    for modality, one in proba.items():
        said = np.unique(rows)
        said = said[np.isfinite(one[said]).all(axis=1)]
        order = np.argsort(-one[said], axis=1, kind="stable")[:, :MOST]
        share = np.take_along_axis(one[said], order, axis=1)
        kept = share >= LEAST
        kept[:, :1] = True
        place, _ = np.nonzero(kept)
        parts.append(
            pd.DataFrame(
                {
                    "row": said[place].astype(np.int32),
                    "modality": modality,
                    "category": order[kept].astype(np.int16),
                    "share": share[kept].astype(np.float32).round(4),  # so that it takes little room
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def spread(kept: pd.DataFrame, modality: str, rows: int, classes: int) -> np.ndarray:
    """Return what :func:`likeliest` kept of a modality as float32 (rows, classes).

    0 in categories that were not kept; NaN rows where nothing is.
    """
    one = kept[kept["modality"] == modality]
    at = one["row"].to_numpy(dtype=np.int64)
    proba = np.full((rows, classes), np.nan, dtype=np.float32)
    proba[at] = 0
    proba[at, one["category"].to_numpy(dtype=np.int64)] = one["share"].to_numpy(dtype=np.float32)
    return proba

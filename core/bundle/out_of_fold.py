"""Out-of-fold probabilities of products with faults, as a bundle keeps them for their review.

They come from models that were not trained on these products. Only the most probable categories of each
product are kept, so that a catalogue of many categories takes little room.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

MAX_CATEGORIES = 8
"""Categories kept of a product and a modality."""
MIN_PROBABILITY = 0.001
"""A less probable category is not kept, unless it is the product's most probable one."""


def most_probable(rows: np.ndarray, proba: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Lay out the most probable categories of some products.

    Parameters
    ----------
    rows
        int (m,): the products' rows in the catalogue.
    proba
        Modality -> float (n, classes), 0 to 1; a row of NaN is left out.

    Returns
    -------
    DataFrame
        ``row`` (int32), ``modality`` (str), ``category`` (int16: a position in the bundle's classes) and
        ``share`` (float32, 0 to 1, four decimals): by modality and row, the most probable first, up to
        `MAX_CATEGORIES` each.
    """
    import pandas as pd

    rows = np.unique(rows)
    return pd.concat(
        [_of_modality(rows, modality, each) for modality, each in proba.items()], ignore_index=True
    )


def _of_modality(rows: np.ndarray, modality: str, proba: np.ndarray) -> pd.DataFrame:
    import pandas as pd

    rows = rows[np.isfinite(proba[rows]).all(axis=1)]
    order = np.argsort(-proba[rows], axis=1, kind="stable")[:, :MAX_CATEGORIES]
    share = np.take_along_axis(proba[rows], order, axis=1)
    kept = share >= MIN_PROBABILITY
    kept[:, :1] = True
    product, _ = np.nonzero(kept)
    return pd.DataFrame(
        {
            "row": rows[product].astype(np.int32),
            "modality": modality,
            "category": order[kept].astype(np.int16),
            "share": share[kept].astype(np.float32).round(4),  # fewer digits compress better
        }
    )

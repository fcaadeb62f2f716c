"""What a point of a map says under the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


HOVER_LENGTH = 40  # names are most of what a map sends to the browser


def hover_texts(table: pd.DataFrame) -> np.ndarray:
    """Return str (n,): what a point of the map says: the product's name, or its id, and its category."""
    names = table["name"].where(table["name"] != "", table["sku"]).str.slice(0, HOVER_LENGTH)
    return (names + "<br>" + table["category"]).to_numpy(dtype=object)

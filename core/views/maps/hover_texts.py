"""What a map shows about the product under the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.common.escaping import plotly

if TYPE_CHECKING:
    import pandas as pd

HOVER_LENGTH = 40  # names are most of what a map sends to the browser


def short_names(table: pd.DataFrame) -> pd.Series[str]:
    """Return the name of each product, its id where it has none, cut to `HOVER_LENGTH` characters."""
    return table["name"].where(table["name"] != "", table["sku"]).str.slice(0, HOVER_LENGTH)


def hover_texts(table: pd.DataFrame) -> np.ndarray:
    """Return str (n,): the short name and the category of each product."""
    return (short_names(table).map(plotly) + "<br>" + table["category"].map(plotly)).to_numpy(dtype=object)

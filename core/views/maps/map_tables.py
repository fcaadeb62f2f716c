"""What a map shows as tables for files: coordinates, and the products selected on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from core.bundle.reader import Bundle
from core.views.maps.colouring import _confidences, _predicted
from core.views.models.answers import Answers

if TYPE_CHECKING:
    import pandas as pd


def coordinate_table(bundle: Bundle, coordinates: np.ndarray, rows: np.ndarray) -> pd.DataFrame:
    """Lay out where products lie on a map for a file: id, category, part, x, y and on a 3-D map z."""
    listed = bundle.table[["sku", "category", "part"]].iloc[rows].reset_index(drop=True)
    for axis, values in zip("xyz", coordinates[rows].T, strict=False):
        listed[axis] = values
    return listed


def picked_table(bundle: Bundle, rows: Sequence[int], found: Answers | None = None) -> pd.DataFrame:
    """Lay out products for a file: id, name unless private, category, part, and a head's answer if given."""
    products = bundle.table.iloc[list(rows)]
    shown = {"sku": "Id", "name": "Name", "category": "Category", "part": "Part"}
    if bundle.private:
        del shown["name"]
    listed = products[list(shown)].rename(columns=shown).reset_index(drop=True)
    if found is not None:
        listed["Predicted"] = _predicted(bundle, found)[list(rows)]
        listed["Confidence"] = _confidences(bundle, found)[list(rows)].round(5)
    return listed

"""The columns that say which product a row of a table is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.bundle.reader import Bundle

COLUMN_NAMES = {"sku": "Id", "name": "Name", "category": "Category", "part": "Split"}
"""Column of a bundle's table -> its heading."""


def product_columns(bundle: Bundle, rows: Sequence[int] | np.ndarray) -> dict[str, np.ndarray]:
    """Return heading -> values, (len(rows),): id, name, category and split; no names in a private bundle."""
    products = bundle.table.iloc[list(rows)]
    return {
        heading: products[column].to_numpy(dtype=object)
        for column, heading in COLUMN_NAMES.items()
        if not (bundle.private and column == "name")
    }

"""The products of a map as tables for files: coordinates, and the picked ones with a model's answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from core.views.product_columns import product_columns

if TYPE_CHECKING:
    import pandas as pd

    from core.bundle.reader import Bundle
    from core.views.models.answers import Answers


def coordinate_table(
    bundle: Bundle, coordinates: np.ndarray, rows: np.ndarray, numbers: Mapping[str, np.ndarray]
) -> pd.DataFrame:
    """List some products on a map: sku, category, part, x, y, on a 3-D map z, and `numbers`, each (n,)."""
    listed = bundle.table[["sku", "category", "part"]].iloc[rows].reset_index(drop=True)
    for axis, values in zip("xyz", coordinates[rows].T, strict=False):
        listed[axis] = values
    return listed.assign(**{name: values[rows] for name, values in numbers.items()})


def picked_table(
    bundle: Bundle,
    rows: Sequence[int],
    answers: Answers | None = None,
    numbers: Mapping[str, np.ndarray] | None = None,
) -> pd.DataFrame:
    """List some products: id, name unless private, category, split, `numbers`, each (n,), and answers."""
    import pandas as pd

    columns = product_columns(bundle, rows)
    columns |= {name: values[list(rows)] for name, values in (numbers or {}).items()}
    if answers is not None:
        n = len(bundle.table)
        columns["Predicted"] = answers.predicted_names(bundle.classes, n)[list(rows)]
        columns["Confidence"] = answers.confidences(n)[list(rows)].round(5)
    return pd.DataFrame(columns)

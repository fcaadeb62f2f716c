"""Products whose image does not count, as products without one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


def without_images(table: pd.DataFrame, rows: np.ndarray) -> pd.DataFrame:
    """Return a catalogue's table in which the products of `rows`, bool (n,), have no image."""
    return table.assign(
        has_image=table["has_image"] & ~rows,
        image_digest=table["image_digest"].mask(rows, ""),
        image_width=table["image_width"].mask(rows, 0),
        image_height=table["image_height"].mask(rows, 0),
    )

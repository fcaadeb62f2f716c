"""Shares of products in a byte each: figures whose second decimal is all that is shown or certain."""

from __future__ import annotations

import numpy as np

ABSENT = 255
"""Stands for NaN."""


def to_hundredths(shares: np.ndarray) -> np.ndarray:
    """Return shares, float (n,) from 0 to 1 or NaN, as uint8 (n,)."""
    return np.where(np.isnan(shares), ABSENT, np.round(100 * np.nan_to_num(shares))).astype(np.uint8)


def from_hundredths(stored: np.ndarray) -> np.ndarray:
    """Return what `to_hundredths` was given, float32 (n,), with two decimals.

    Raises
    ------
    ValueError
        It is something else.
    """
    if stored.dtype != np.uint8 or stored.ndim != 1 or ((stored > 100) & (stored != ABSENT)).any():
        raise ValueError(f"expected hundredths (n,), got {stored.dtype} {stored.shape}")
    return np.where(stored == ABSENT, np.nan, stored / 100).astype(np.float32)

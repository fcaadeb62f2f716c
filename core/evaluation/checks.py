"""Checks of the arrays that the functions of this package are given."""

from __future__ import annotations

import numpy as np

from core.common.errors import CatalogueError

SLACK = 1e-5
"""How far probabilities stored as float32 may leave [0, 1]."""


def checked_classes(*columns: np.ndarray, n_classes: int | None = None) -> list[np.ndarray]:
    """Return class numbers as int64 (n,) each: of one length, not empty, from 0 and below `n_classes`."""
    arrays = [np.asarray(column) for column in columns]
    shape = arrays[0].shape
    if any(array.ndim != 1 or array.shape != shape for array in arrays):
        got = ", ".join(str(array.shape) for array in arrays)
        raise ValueError(f"expected class numbers (n,), one per product, got shapes {got}")
    if not shape[0]:
        raise CatalogueError("no products to evaluate: expected one or more, got none")
    for column in arrays:
        if column.dtype.kind not in "iu":
            raise ValueError(f"expected class numbers as integers, got {column.dtype}")
        if column.min() < 0 or (n_classes is not None and column.max() >= n_classes):
            upper = "" if n_classes is None else f" to {n_classes - 1}"
            raise ValueError(f"expected class numbers from 0{upper}, got {column.min()} to {column.max()}")
    return [column.astype(np.int64) for column in arrays]


def checked_proba(proba: np.ndarray) -> np.ndarray:
    """Return probabilities as float64 (n, k): finite, in [0, 1], k at least 1."""
    proba = np.asarray(proba, dtype=np.float64)
    if proba.ndim != 2 or not proba.shape[1]:
        raise ValueError(f"expected probabilities (n, k), got shape {proba.shape}")
    if not np.isfinite(proba).all():
        raise ValueError("expected finite probabilities, got NaN or infinity")
    if proba.size and (proba.min() < -SLACK or proba.max() > 1 + SLACK):
        raise ValueError(f"expected probabilities from 0 to 1, got {proba.min():g} to {proba.max():g}")
    return proba


def checked_predictions(y_true: np.ndarray, proba: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return true class numbers, int64 (n,), and probabilities, float64 (n, k), of the same products."""
    proba = checked_proba(proba)
    (y_true,) = checked_classes(y_true, n_classes=proba.shape[1])
    if len(y_true) != len(proba):
        raise ValueError(f"expected a label per product, got {len(y_true)} labels for {len(proba)} products")
    return y_true, proba


def checked_groups(groups: np.ndarray | None, n: int) -> np.ndarray | None:
    """Return group numbers from 0, int64 (n,), or None if there are none."""
    if not n:
        raise CatalogueError("no products to evaluate: expected one or more, got none")
    if groups is None:
        return None
    groups = np.asarray(groups)
    if groups.shape != (n,):
        raise ValueError(f"expected a group for each of {n} rows, got shape {groups.shape}")
    return np.unique(groups, return_inverse=True)[1].astype(np.int64)


def checked_share(value: float, name: str) -> float:
    """Return `value`, which must lie between 0 and 1, both excluded."""
    if not 0 < value < 1:
        raise ValueError(f"expected a {name} between 0 and 1, got {value}")
    return float(value)

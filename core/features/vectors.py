"""One modality of a catalogue as numbers: a vector per product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True)
class Features:
    """The vectors of one modality, a row per product.

    Attributes
    ----------
    vectors
        float32 (n, dim): rows of length 1; zeros where the product lacks the modality.
    present
        bool (n,): whether the product has the modality.
    failed
        Names of images that are missing or could not be opened, sorted.
    empty
        Names of images that show nothing (`core.catalogue.images.usable`), sorted: their products lack one.
    """

    vectors: np.ndarray
    present: np.ndarray
    failed: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()

    def take(self, rows: np.ndarray) -> Features:
        """Return some of the products, chosen by position or by a mask."""
        return replace(self, vectors=self.vectors[rows], present=self.present[rows])


def features_of(
    keys: Sequence[bytes | None],
    vectors: Mapping[bytes, np.ndarray],
    dim: int,
    failed: tuple[str, ...] = (),
    empty: tuple[str, ...] = (),
) -> Features:
    """Lay out vectors found by content as a row per product.

    Parameters
    ----------
    keys
        The key of each product's content; None if the product lacks the modality.
    vectors
        Key -> float32 (dim,); a product whose key is missing lacks the modality.
    dim
        Numbers per vector.
    failed, empty
        As in `Features`.
    """
    rows = np.zeros((len(keys), dim), np.float32)
    present = np.zeros(len(keys), dtype=bool)
    for row, key in enumerate(keys):
        if key is not None and key in vectors:
            rows[row] = vectors[key]
            present[row] = True
    return Features(rows, present, failed, empty)


def fuse(text: Features, image: Features) -> np.ndarray:
    """Return both modalities side by side (early fusion): float32 (n, text dim + image dim)."""
    return np.concatenate([text.vectors, image.vectors], axis=1)

"""One modality of a catalogue as numbers: a vector per product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from core.features.encoders.encoder import Encoder


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
    parts
        float16 (n, parts, width): tokens or regions, reduced (`core.features.parts`); zeros where a product
        has no more. None where nobody asked for them.
    """

    vectors: np.ndarray
    present: np.ndarray
    failed: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    parts: np.ndarray | None = None

    @classmethod
    def of_rows(cls, rows: np.ndarray, present: np.ndarray, encoder: Encoder) -> Features:
        """Return the features in what `Encoder.read` returned, float32 (n, encoder.width)."""
        if encoder.parts is None:
            return cls(rows, present)
        shape = (len(rows), encoder.parts.count, encoder.parts.width)
        parts = rows[:, encoder.dim :].astype(np.float16).reshape(shape)
        return cls(np.ascontiguousarray(rows[:, : encoder.dim]), present, parts=parts)

    @classmethod
    def joined(cls, several: Sequence[Features]) -> Features:
        """Concatenate the products of several features of one encoder."""
        parts = [each.parts for each in several if each.parts is not None]
        return cls(
            np.concatenate([each.vectors for each in several]),
            np.concatenate([each.present for each in several]),
            parts=np.concatenate(parts) if len(parts) == len(several) else None,
        )

    def take(self, rows: np.ndarray) -> Features:
        """Return some of the products, chosen by position or by a mask."""
        parts = None if self.parts is None else self.parts[rows]
        return replace(self, vectors=self.vectors[rows], present=self.present[rows], parts=parts)

    def only(self, kept: np.ndarray) -> Features:
        """Return the same products, where those that `kept` (bool, n) leaves out lack the modality."""
        parts = None if self.parts is None else np.where(kept[:, None, None], self.parts, np.float16(0))
        return Features(np.where(kept[:, None], self.vectors, 0), self.present & kept, parts=parts)


def features_of(
    keys: Sequence[bytes | None],
    vectors: Mapping[bytes, np.ndarray],
    encoder: Encoder,
    failed: tuple[str, ...] = (),
    empty: tuple[str, ...] = (),
) -> Features:
    """Lay out vectors found by content as a row per product.

    Parameters
    ----------
    keys
        The key of each product's content; None if the product lacks the modality.
    vectors
        Key -> float32 (encoder.width,); a product whose key is missing lacks the modality.
    encoder
        Whose they are.
    failed, empty
        As in `Features`.
    """
    rows = np.zeros((len(keys), encoder.width), np.float32)
    present = np.zeros(len(keys), dtype=bool)
    for row, key in enumerate(keys):
        if key is not None and key in vectors:
            rows[row] = vectors[key]
            present[row] = True
    return replace(Features.of_rows(rows, present, encoder), failed=failed, empty=empty)

"""Readers of the encoders' vectors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from core.heads.inputs import Inputs
from core.heads.key import HeadKey
from core.heads.readers.reader import Feeds


@dataclass(frozen=True)
class VectorReader:
    """Reads the vectors of one modality.

    Attributes
    ----------
    modality
        text, image or fused (text and image side by side; every product has both).
    """

    modality: str
    rows_at_once: ClassVar[int] = 65_536
    accepts_missing: ClassVar[bool] = False
    members: ClassVar[tuple[HeadKey, ...]] = ()

    def __call__(self, inputs: Inputs) -> Feeds:
        """Return ``vectors`` float32 (n, d)."""
        return {"vectors": np.ascontiguousarray(inputs.vectors(self.modality), dtype=np.float32)}

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON."""
        return {"reads": "vectors", "modality": self.modality}


@dataclass(frozen=True)
class PaddedVectorReader:
    """Reads text and image vectors side by side, zeros in place of the one that a product lacks.

    Attributes
    ----------
    text, image
        Length of each vector.
    """

    text: int
    image: int
    rows_at_once: ClassVar[int] = 65_536
    accepts_missing: ClassVar[bool] = True
    members: ClassVar[tuple[HeadKey, ...]] = ()

    def __call__(self, inputs: Inputs) -> Feeds:
        """Return ``vectors`` float32 (n, text + image)."""
        sides = [
            inputs.vectors(side) if side in inputs.features else np.zeros((len(inputs), width), np.float32)
            for side, width in (("text", self.text), ("image", self.image))
        ]
        return {"vectors": np.ascontiguousarray(np.concatenate(sides, axis=1), dtype=np.float32)}

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON."""
        return {"reads": "padded_vectors", "text": self.text, "image": self.image}

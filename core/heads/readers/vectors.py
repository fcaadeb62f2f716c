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
    rows_at_once: ClassVar[int] = 4096
    members: ClassVar[tuple[HeadKey, ...]] = ()

    def __call__(self, inputs: Inputs) -> Feeds:
        """Return ``vectors`` float32 (n, d)."""
        return {"vectors": np.ascontiguousarray(inputs.vectors(self.modality), dtype=np.float32)}

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON."""
        return {"reads": "vectors", "modality": self.modality}

"""What stands for a text encoder that is not here, so that heads which read words can answer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.features.encoders.encoder import Encoder
from core.features.given.vectors import GIVEN


class UnreadTexts(Encoder):
    """Makes no vectors: rows of zeros, for heads that do not look at them."""

    name, modality, weights_id, preprocessing, bundled = GIVEN, "text", "0" * 16, 1, True

    def __init__(self, dim: int) -> None:
        self.dim = dim

    def encode(self, items: Sequence[str]) -> np.ndarray:
        """Return zeros, float32 (n, dim)."""
        return np.zeros((len(items), self.dim), dtype=np.float32)

"""The vectors of products, for those that read some rows at a time."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.heads.inputs import Inputs


class TakenVectors:
    """The vectors of one modality of products (`core.common.row_vectors`), gathered some at a time.

    Parameters
    ----------
    inputs
        The n products.
    modality
        text, image or fused.
    """

    def __init__(self, inputs: Inputs, modality: str) -> None:
        self._inputs = inputs
        self._modality = modality

    @property
    def shape(self) -> tuple[int, ...]:
        """(n, d)."""
        return len(self), self._inputs.take(np.arange(0)).vectors(self._modality).shape[1]

    def __len__(self) -> int:
        return len(self._inputs)

    def __getitem__(self, rows: Any) -> np.ndarray:
        return np.ascontiguousarray(self._inputs.take(rows).vectors(self._modality), dtype=np.float32)

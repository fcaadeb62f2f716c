"""From features to probabilities: the one path that building, evaluating and serving share.

A head sees only products that have its modality. A product with only a text, or only a picture, is answered
in the fused column by the same kind of head trained on what the product has; a product with neither gets
the training rows' class shares, which is all that is known of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from core.features import Features, fuse


class Scorer(Protocol):
    """Anything that turns features into probabilities."""

    def predict_proba(self, features: np.ndarray) -> np.ndarray:
        """float32 (n, d) -> float32 (n, classes), rows summing to 1."""
        ...


@dataclass(frozen=True)
class Scorers:
    """The heads of one bundle, by (modality, head), and the class shares of its training rows."""

    heads: Mapping[tuple[str, str], Scorer]
    prior: np.ndarray

    def score(self, modality: str, head: str, features: Mapping[str, Features]) -> np.ndarray:
        """Probabilities of every category for every product.

        Parameters
        ----------
        modality
            text, image or fused.
        head
            Name of a head trained on that modality.
        features
            text and/or image -> features of the same n products.

        Returns
        -------
        ndarray
            float32 (n, classes), rows summing to 1.
        """
        n = len(next(iter(features.values())).present)
        proba = np.tile(self.prior, (n, 1)).astype(np.float32)
        if modality != "fused":
            features = {modality: features[modality]} if modality in features else {}
        elif len(features) == 2:
            both = features["text"].present & features["image"].present
            self._fill(proba, ("fused", head), fuse(features["text"], features["image"]), both)
            features = {m: Features(one.vectors, one.present & ~both) for m, one in features.items()}
        for name, one in features.items():
            self._fill(proba, (name, head), one.vectors, one.present)
        return proba

    def _fill(self, proba: np.ndarray, key: tuple[str, str], vectors: np.ndarray, rows: np.ndarray) -> None:
        """Put one head's probabilities into `rows` (bool) of `proba`."""
        if key in self.heads and rows.any():
            proba[rows] = self.heads[key].predict_proba(vectors[rows])

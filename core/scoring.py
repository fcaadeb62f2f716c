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
            self._fill(proba, (modality, head), features.get(modality))
            return proba
        text, image = features.get("text"), features.get("image")
        self._fill(proba, ("text", head), text)
        self._fill(proba, ("image", head), image)
        if text is not None and image is not None:
            both = Features(fuse(text, image), text.present & image.present)
            self._fill(proba, ("fused", head), both)
        return proba

    def _fill(self, proba: np.ndarray, key: tuple[str, str], features: Features | None) -> None:
        if features is None or key not in self.heads or not features.present.any():
            return
        rows = features.present
        proba[rows] = self.heads[key].predict_proba(features.vectors[rows])

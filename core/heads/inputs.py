"""Products as heads read them: what the encoders made of them, and their words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from core.features.vectors import Features, fuse
from core.heads.key import HeadKey


@dataclass(frozen=True)
class Inputs:
    """What heads may read of n products.

    Attributes
    ----------
    features
        text and/or image -> features of the n products.
    texts
        object (n,): each product's text as `core.catalogue.text.product_text` makes it; "" where it has
        none, or where
        texts are not used.
    opinions
        (modality, head) -> that head's probabilities, float32 (n, classes), for heads that weigh others'.
    """

    features: Mapping[str, Features]
    texts: np.ndarray
    opinions: Mapping[HeadKey, np.ndarray] = field(default_factory=dict)

    @classmethod
    def of(cls, features: Mapping[str, Features], texts: Sequence[str] | None = None) -> Inputs:
        """Put together features and texts of the same products; texts only count where they are features."""
        n = len(next(iter(features.values())).present)
        read = np.full(n, "", dtype=object)
        if texts is not None and "text" in features:
            read[:] = list(texts)
        return cls(features, read)

    @classmethod
    def joined(cls, parts: Sequence[Inputs]) -> Inputs:
        """Put the products of several inputs with the same modalities one after another."""
        features = {
            m: Features(
                np.concatenate([part.features[m].vectors for part in parts]),
                np.concatenate([part.features[m].present for part in parts]),
            )
            for m in parts[0].features
        }
        return cls(features, np.concatenate([part.texts for part in parts]))

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def modalities(self) -> tuple[str, ...]:
        """Those of text, image and fused there are features for."""
        return (*self.features, *(("fused",) if len(self.features) == 2 else ()))

    def present(self, modality: str) -> np.ndarray:
        """Which products have `modality`, bool (n,); for fused, both."""
        if modality == "fused":
            return self.present("text") & self.present("image")
        one = self.features.get(modality)
        return one.present if one is not None else np.zeros(len(self), dtype=bool)

    def vectors(self, modality: str) -> np.ndarray:
        """float32 (n, dim); fused is text and image side by side; zeros where a product lacks a modality."""
        if modality == "fused":
            return fuse(self.features["text"], self.features["image"])
        return self.features[modality].vectors

    def take(self, rows: np.ndarray) -> Inputs:
        """Return some rows, by number or as a mask."""
        features = {m: Features(f.vectors[rows], f.present[rows]) for m, f in self.features.items()}
        opinions = {head: proba[rows] for head, proba in self.opinions.items()}
        return Inputs(features, self.texts[rows], opinions)

    def having(self, opinions: Mapping[HeadKey, np.ndarray]) -> Inputs:
        """Return the same products with these heads' probabilities."""
        return replace(self, opinions=opinions)

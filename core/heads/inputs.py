"""Products as heads read them: the encoders' features, and the texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from core.common.errors import CoreError
from core.features.vectors import Features
from core.heads.key import HeadKey
from core.heads.taken import TakenFeatures


@dataclass(frozen=True)
class Inputs:
    """What heads may read of n products.

    Attributes
    ----------
    features
        text and/or image -> features of the n products.
    texts
        object (n,): each product's text (`core.catalogue.text.product_text`); "" where it has none, or
        where text is not among the features.
    member_probabilities
        Head -> its probabilities, float32 (n, classes), for the heads that combine it with others.
    """

    features: Mapping[str, Features]
    texts: np.ndarray
    member_probabilities: Mapping[HeadKey, np.ndarray] = field(default_factory=dict)

    @classmethod
    def of(cls, features: Mapping[str, Features], texts: Sequence[str] | None = None) -> Inputs:
        """Return the inputs of products; `texts` are dropped where text is not among the features."""
        n = len(next(iter(features.values())).present)
        kept = np.full(n, "", dtype=object)
        if texts is not None and "text" in features:
            kept[:] = list(texts)
        return cls(features, kept)

    @classmethod
    def joined(cls, parts: Sequence[Inputs]) -> Inputs:
        """Concatenate the products of several inputs, which have the same modalities."""
        features = {m: Features.joined([part.features[m] for part in parts]) for m in parts[0].features}
        return cls(features, np.concatenate([part.texts for part in parts]))

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def modalities(self) -> tuple[str, ...]:
        """Those of text, image and fused that there are features for."""
        return (*self.features, *(("fused",) if len(self.features) == 2 else ()))

    def present(self, modality: str) -> np.ndarray:
        """Return which products have `modality`, bool (n,); for fused, both text and image."""
        if modality == "fused":
            both: np.ndarray = self.present("text") & self.present("image")
            return both
        if modality not in self.features:
            return np.zeros(len(self), dtype=bool)
        there: np.ndarray = self._of(modality, "present")
        return there

    def vectors(self, modality: str) -> np.ndarray:
        """Return float32 (n, dim): zeros where a product lacks a modality; fused is text beside image."""
        if modality == "fused":
            return np.concatenate([self._of(side, "vectors") for side in ("text", "image")], axis=1)
        vectors: np.ndarray = self._of(modality, "vectors")
        return vectors

    def parts(self, side: str) -> np.ndarray:
        """Return the tokens of texts or regions of images, reduced: float16 (n, parts, width).

        Raises
        ------
        CoreError
            The products were encoded without them.
        """
        parts: np.ndarray | None = self._of(side, "parts")
        if parts is None:
            raise CoreError(f"this model reads the parts of each {side}, and only their vectors are stored")
        return parts

    def _of(self, side: str, name: str) -> Any:
        """Return one field of a side's features; of taken products, only that is gathered."""
        if isinstance(self.features, TakenFeatures):
            return self.features.one(side, name)
        return getattr(self.features[side], name)

    def take(self, rows: np.ndarray | slice) -> Inputs:
        """Return some of the products, chosen by position, by a mask or as a slice.

        Their vectors are gathered when they are read, each time: who reads them often keeps what is read.
        """
        if isinstance(rows, slice) or rows.dtype == bool:
            rows = np.arange(len(self))[rows]
        features = TakenFeatures.of(self.features, rows)
        members = {key: proba[rows] for key, proba in self.member_probabilities.items()}
        return Inputs(features, self.texts[rows], members)

    def without(self, side: str, rows: np.ndarray | None = None) -> Inputs:
        """Return the same products as if some had no text or image.

        Parameters
        ----------
        side
            text or image.
        rows
            bool (n,): those that lose it; by default all.
        """
        kept = np.zeros(len(self), dtype=bool) if rows is None else ~rows
        texts = np.where(kept, self.texts, "") if side == "text" else self.texts
        return Inputs({**self.features, side: self.features[side].only(kept)}, texts)

    def with_members(self, probabilities: Mapping[HeadKey, np.ndarray]) -> Inputs:
        """Return the same products with the probabilities of these heads."""
        return replace(self, member_probabilities=probabilities)

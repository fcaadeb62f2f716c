"""The classification of one product: what was asked of it, by whom, and what came out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Ranked:
    """A category and the probability given to it, 0 to 1."""

    category: str
    confidence: float


@dataclass(frozen=True)
class Opinion:
    """What one head says of the product; `chosen` marks the head its validation rows preferred."""

    modality: str
    head: str
    ranked: tuple[Ranked, ...]
    chosen: bool


@dataclass(frozen=True)
class Neighbour:
    """A product of the catalogue and its cosine similarity (-1 to 1) to the product asked about."""

    sku: str
    name: str
    category: str
    similarity: float
    row: int


@dataclass(frozen=True)
class Answer:
    """The classification of one product.

    Attributes
    ----------
    modality
        What the answer rests on: fused where text and picture were given, else the one that was.
    head
        The head that gave the answer: the one chosen on validation rows, for fused products if it reads such
        with only a text or only a picture, too, else for the modality.
    ranked
        Its categories, the most probable first.
    opinions
        The same from every head that can use what was given.
    neighbours
        The nearest products of the catalogue, the nearest first; empty if the bundle holds no features.
    threshold
        Confidence under which a person should look at a product answered so.
    plausible
        Categories that together hold the right one as often as the bundle promises, the most probable first;
        empty if the bundle makes no such promise.
    vectors
        Modality -> float32 (dim,) features of the product, read-only: an answer may be shared.
    """

    modality: str
    head: str
    ranked: tuple[Ranked, ...]
    opinions: tuple[Opinion, ...]
    neighbours: tuple[Neighbour, ...]
    threshold: float
    plausible: tuple[str, ...]
    vectors: Mapping[str, np.ndarray] = field(repr=False)

    @property
    def needs_review(self) -> bool:
        """Whether the confidence lies under the threshold."""
        return self.ranked[0].confidence < self.threshold

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers and texts, ready for JSON."""
        return {
            "modality": self.modality,
            "head": self.head,
            "category": self.ranked[0].category,
            "confidence": self.ranked[0].confidence,
            "needs_review": self.needs_review,
            "threshold": self.threshold,
            "plausible": list(self.plausible),
            "ranked": [vars(r) for r in self.ranked],
            "opinions": [{**vars(o), "ranked": [vars(r) for r in o.ranked]} for o in self.opinions],
            "neighbours": [vars(n) for n in self.neighbours],
        }

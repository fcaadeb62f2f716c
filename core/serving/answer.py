"""The classification of one product: its categories, the model that answered, and what others answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from core.heads.key import HeadKey
from core.serving.reasons import joined


@dataclass(frozen=True)
class Ranked:
    """A category and its probability, 0 to 1."""

    category: str
    confidence: float


@dataclass(frozen=True)
class ModelAnswer:
    """What one model of the bundle answers.

    Attributes
    ----------
    model
        The model.
    ranked
        Its categories, the most probable first.
    chosen
        Whether validation products chose its head for its modality.
    """

    model: HeadKey
    ranked: tuple[Ranked, ...]
    chosen: bool

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers and texts, ready for JSON."""
        return {
            **self.model._asdict(),
            "ranked": [asdict(ranked) for ranked in self.ranked],
            "chosen": self.chosen,
        }


@dataclass(frozen=True)
class Neighbour:
    """A product of the catalogue and its cosine similarity (-1 to 1) to the classified one."""

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
    given
        What the product has that the bundle reads: text, image, or fused for both.
    answered_by
        The model that answered: the one chosen for `given`.
    ranked
        Its categories, the most probable first.
    models
        The same from every model that reads no more than what was given.
    neighbours
        The nearest products of the catalogue, the nearest first; empty if the bundle holds no features.
    threshold
        The confidence that an answer of this category needs; above 1 if no confidence is enough.
    reasons
        Why a person should review the answer (of `core.serving.reasons.REASONS`); empty if nobody has to.
    strangeness
        How unlike the catalogue the product is, 0 to 1; NaN where nothing can tell.
    plausible
        Categories that together hold the right one as often as the bundle promises, the most probable first;
        empty if the product is unlike the catalogue, or nothing is promised of such answers.
    vectors
        Modality -> float32 (dim,) features of the product, read-only: an answer may be shared.
    parts
        Modality -> float16 (1, parts, width) tokens or regions, read-only, where a model reads them.
    further_language
        Whether the text is in a language that the text encoder covers and the catalogue does not have.
    """

    given: str
    answered_by: HeadKey
    ranked: tuple[Ranked, ...]
    models: tuple[ModelAnswer, ...]
    neighbours: tuple[Neighbour, ...]
    threshold: float
    reasons: tuple[str, ...]
    strangeness: float
    plausible: tuple[str, ...]
    vectors: Mapping[str, np.ndarray] = field(repr=False)
    parts: Mapping[str, np.ndarray] = field(default_factory=dict, repr=False)
    further_language: bool = False

    @property
    def category(self) -> str:
        """The most probable category."""
        return self.ranked[0].category

    @property
    def confidence(self) -> float:
        """Its probability, 0 to 1."""
        return self.ranked[0].confidence

    @property
    def needs_review(self) -> bool:
        """Whether a person should review the answer."""
        return bool(self.reasons)

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers and texts, ready for JSON."""
        return {
            "given": self.given,
            "answered_by": self.answered_by._asdict(),
            "category": self.category,
            "confidence": self.confidence,
            "needs_review": self.needs_review,
            "reason": joined(self.reasons),
            "further_language": self.further_language,
            "threshold": self.threshold,
            "strangeness": None if np.isnan(self.strangeness) else self.strangeness,
            "plausible": list(self.plausible),
            "ranked": [asdict(ranked) for ranked in self.ranked],
            "models": [answer.to_dict() for answer in self.models],
            "neighbours": [asdict(neighbour) for neighbour in self.neighbours],
        }

"""The product whose answer is explained, and the model's answers for changed copies of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from core.catalogue.images.decoding import open_image
from core.common.errors import CatalogueError
from core.common.progress import Progress, silent
from core.features.cache import paid_cache
from core.features.texts import encode_texts
from core.features.vectors import Features
from core.heads.inputs import Inputs
from core.heads.key import HeadKey

if TYPE_CHECKING:
    from core.serving.answer import Answer
    from core.serving.predictor import Predictor

IMAGES_AT_ONCE = 8
SURE = 1e-4
"""Probabilities nearer than this to 0 or 1 count as that far away: a head's last digits are no evidence."""
LEAST_SCALE = 0.5
"""Log-odds that a weight of 1 stands for at least: where nothing matters, nothing is shown to."""


@dataclass(frozen=True)
class Case:
    """One product, one model, and the category the model gave; use :meth:`of`.

    Attributes
    ----------
    predictor
        Who answered.
    text
        The product's text; "" where it has none.
    image
        Its image as the encoder is given it; None where it has none.
    inputs
        The product as the heads read it, one row.
    given
        What the answer goes by: text, image, or fused for both.
    answered_by
        The model whose answer is explained.
    proba
        float32 (classes,): that answer.
    """

    predictor: Predictor
    text: str
    image: Image.Image | None
    inputs: Inputs
    given: str
    answered_by: HeadKey
    proba: np.ndarray

    @classmethod
    def of(
        cls,
        predictor: Predictor,
        text: str | None = None,
        image: bytes | Path | None = None,
        *,
        modality: str | None = None,
    ) -> Case:
        """Get the answer that is to be explained.

        Parameters
        ----------
        predictor, text, image
            As for `core.serving.predictor.Predictor.classify`.
        modality
            Explain the model chosen for this modality; by default the one that `classify` answers with.

        Raises
        ------
        CatalogueError
            Nothing was given that the bundle reads, or not what `modality` needs.
        ImageError
            The image cannot be opened.
        """
        inputs = predictor.read_product(text, image)
        given = modality or inputs.modalities[-1]
        if given not in inputs.modalities:
            there = ", ".join(inputs.modalities)
            raise CatalogueError(f"expected a product with {given} to explain, got one with {there}")
        opened = None
        if image is not None and "image" in inputs.features:
            opened = open_image(image, predictor.encoders["image"].side)
        model = predictor.model_for(given, inputs.texts[0])
        proba = predictor.scorers.score(model, inputs)[0]
        return cls(predictor, inputs.texts[0], opened, inputs, given, model, proba)

    @classmethod
    def of_answer(cls, predictor: Predictor, answer: Answer, text: str) -> Case:
        """Return the case of an answer without its image; nothing is encoded again.

        Parameters
        ----------
        predictor, answer
            Who answered, and what.
        text
            The text of the product.
        """
        there = np.ones(1, dtype=bool)
        features = {
            modality: Features(vector[None], there, parts=answer.parts.get(modality))
            for modality, vector in answer.vectors.items()
        }
        inputs = Inputs.of(features, [text])
        proba = predictor.scorers.score(answer.answered_by, inputs)[0]
        return cls(predictor, inputs.texts[0], None, inputs, answer.given, answer.answered_by, proba)

    @property
    def label(self) -> int:
        """Position of the category that the model gave."""
        return int(self.proba.argmax())

    @property
    def category(self) -> str:
        """Name of the category that the model gave."""
        return self.predictor.bundle.classes[self.label]

    @property
    def confidence(self) -> float:
        """Its probability, 0 to 1."""
        return float(self.proba[self.label])

    def reads(self, modality: str) -> bool:
        """Whether the answer can depend on the product's text (``text``) or image (``image``)."""
        return modality in self.inputs.features and self.given in (modality, "fused")

    def probability_of(self, inputs: Inputs) -> np.ndarray:
        """Return the model's probability of the category for other products, float32 (n,)."""
        proba = self.predictor.scorers.score(self.answered_by, inputs)
        return np.asarray(proba[:, self.label])

    def with_texts(self, texts: Sequence[str], progress: Progress = silent) -> np.ndarray:
        """Return the category's probability with each of these texts in the product's place, float32 (n,).

        Where a text is "", it is that of a product without text.
        """
        encoder = self.predictor.encoders["text"]
        features = encode_texts(texts, encoder, paid_cache(encoder), progress)
        return self.probability_of(self._changed("text", features, texts))

    def with_images(self, images: Sequence[Any], progress: Progress = silent) -> np.ndarray:
        """Return the category's probability with each of these images in the product's place, float32 (n,).

        Images are what the encoder takes: RGB, or what its ``prepare`` made of them.
        """
        encoder = self.predictor.encoders["image"]
        parts = []
        for at in range(0, len(images), IMAGES_AT_ONCE):
            parts.append(encoder.read(list(images[at : at + IMAGES_AT_ONCE])))
            progress("Encoding images", min(at + IMAGES_AT_ONCE, len(images)), len(images))
        features = Features.of_rows(np.concatenate(parts), np.ones(len(images), dtype=bool), encoder)
        return self.probability_of(self._changed("image", features, [self.text] * len(images)))

    def _changed(self, modality: str, features: Features, texts: Sequence[str]) -> Inputs:
        same = np.zeros(len(texts), dtype=np.int64)
        kept = self.inputs.take(same).features
        return Inputs.of({m: features if m == modality else kept[m] for m in kept}, texts)


def log_odds(probability: np.ndarray | float) -> np.ndarray:
    """Return log(p / (1 - p)), float64 of the same shape, p held `SURE` away from 0 and 1."""
    p = np.clip(np.asarray(probability, dtype=np.float64), SURE, 1 - SURE)
    return np.log(p) - np.log1p(-p)


def as_weights(drops: np.ndarray) -> np.ndarray:
    """Return drops in log-odds as float32 from -1 to 1 of the same shape: the strongest is 1 or -1.

    Unless it is under `LEAST_SCALE`, which is then what 1 stands for.
    """
    scale = max(LEAST_SCALE, float(np.abs(drops).max(initial=0)))
    return (drops / scale).astype(np.float32)

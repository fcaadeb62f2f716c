"""The product whose answer is explained, and the same answer asked again for changed copies of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from core.catalogue.images.decoding import open_picture
from core.common.errors import CatalogueError
from core.common.progress import Progress, silent
from core.features.encoding import Features, encode_texts, paid_cache
from core.heads.inputs import Inputs

if TYPE_CHECKING:
    from core.serving.answer import Answer
    from core.serving.predictor import Predictor

PICTURES_AT_ONCE = 8
SURE = 1e-4
"""Probabilities nearer than this to 0 or 1 count as that far away: a head's last digits are no evidence."""
LEAST_SCALE = 0.5
"""Log-odds that a weight of 1 stands for at least: where nothing matters, nothing is shown to."""


@dataclass(frozen=True)
class Case:
    """One product, one head, and the category the head gave; use :meth:`of`.

    Attributes
    ----------
    predictor
        Who answered.
    text
        The product's text; "" where it has none.
    picture
        Its picture as the encoder is given it; None where it has none.
    inputs
        The product as the heads read it, one row.
    modality
        What the answer goes by: text, image, or fused for both.
    by, head
        The head whose answer is explained, and the modality it was chosen for: fused, too, where that one's
        head answers products with only a text or only a picture.
    proba
        float32 (classes,): that answer.
    """

    predictor: Predictor
    text: str
    picture: Image.Image | None
    inputs: Inputs
    modality: str
    by: str
    head: str
    proba: np.ndarray

    @classmethod
    def of(
        cls,
        predictor: Predictor,
        text: str | None = None,
        picture: bytes | Path | None = None,
        *,
        modality: str | None = None,
    ) -> Case:
        """Ask for the answer that is to be explained.

        Parameters
        ----------
        predictor, text, picture
            As for `core.serving.predictor.Predictor.classify`.
        modality
            Explain the chosen head of this modality; by default of the one `classify` answers by.

        Raises
        ------
        CatalogueError
            Nothing was given that the bundle reads, or not what `modality` needs.
        PictureError
            The picture cannot be opened.
        """
        inputs = predictor._encode_one(text, picture)
        if inputs is None:
            raise CatalogueError("nothing to explain: give a text or a picture that this bundle reads")
        given = modality or inputs.modalities[-1]
        if given not in inputs.modalities:
            there = ", ".join(inputs.modalities)
            raise CatalogueError(f"expected a product with {given} to explain, got one with {there}")
        opened = None
        if picture is not None and "image" in inputs.features:
            opened = open_picture(picture, predictor.encoders["image"].side)
        by = modality or predictor._answering(given)
        head = predictor.bundle.best[by]
        proba = predictor.scorers.score(by, head, inputs)[0]
        return cls(predictor, inputs.texts[0], opened, inputs, given, by, head, proba)

    @classmethod
    def of_answer(cls, predictor: Predictor, answer: Answer, text: str) -> Case:
        """Return the case of an answer without its picture; nothing is encoded again.

        Parameters
        ----------
        predictor, answer
            Who answered, and what.
        text
            The text that was asked about.
        """
        there = np.ones(1, dtype=bool)
        features = {modality: Features(vector[None], there) for modality, vector in answer.vectors.items()}
        inputs = Inputs.of(features, [text])
        by = predictor._answering(answer.modality)
        proba = predictor.scorers.score(by, answer.head, inputs)[0]
        return cls(predictor, inputs.texts[0], None, inputs, answer.modality, by, answer.head, proba)

    @property
    def label(self) -> int:
        """Number of the category that the head gave."""
        return int(self.proba.argmax())

    @property
    def category(self) -> str:
        """Name of the category that the head gave."""
        return self.predictor.bundle.classes[self.label]

    @property
    def confidence(self) -> float:
        """Its probability, 0 to 1."""
        return float(self.proba[self.label])

    def reads(self, modality: str) -> bool:
        """Whether the head's answer can depend on the product's text (``text``) or picture (``image``)."""
        return modality in self.inputs.features and self.modality in (modality, "fused")

    def ask(self, inputs: Inputs) -> np.ndarray:
        """Return the head's probability of the category for other products, float32 (n,)."""
        return self.predictor.scorers.score(self.by, self.head, inputs)[:, self.label]

    def with_texts(self, texts: Sequence[str], progress: Progress = silent) -> np.ndarray:
        """Return the category's probability with each of these texts in the product's place, float32 (n,).

        Where a text is "", it is that of a product without text.
        """
        encoder = self.predictor.encoders["text"]
        features = encode_texts(texts, encoder, paid_cache(encoder), progress)
        return self.ask(self._changed("text", features, texts))

    def with_pictures(self, pictures: Sequence[Any], progress: Progress = silent) -> np.ndarray:
        """Return the category's probability with each of these pictures in the product's place, float32 (n,).

        Pictures are what the encoder takes: RGB, or what its ``prepare`` made of them.
        """
        encoder = self.predictor.encoders["image"]
        parts = []
        for at in range(0, len(pictures), PICTURES_AT_ONCE):
            parts.append(encoder.encode(list(pictures[at : at + PICTURES_AT_ONCE])))
            progress("Encoding pictures", min(at + PICTURES_AT_ONCE, len(pictures)), len(pictures))
        features = Features(np.concatenate(parts), np.ones(len(pictures), dtype=bool))
        return self.ask(self._changed("image", features, [self.text] * len(pictures)))

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

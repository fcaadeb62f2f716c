"""Heads whose reasons are known, and predictors made of them."""

from types import SimpleNamespace
from typing import ClassVar

import numpy as np

from core.serving.explain.segments import words_of
from core.serving.predictor import Predictor
from tests import tiny

LAMPS, MUGS, CHAIRS = [0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8]
PRIOR = np.array([0.5, 0.3, 0.2], dtype=np.float32)


class Heads:
    """Answers by a function of text and whether there is an image; by the prior if there is neither."""

    prior = PRIOR
    heads: ClassVar[dict] = {}

    def __init__(self, answer, best):
        self.answer = answer
        self.best = best

    def score(self, key, inputs):
        text = inputs.present("text") & (key.modality != "image")
        image_file = inputs.present("image") & (key.modality != "text")
        rows = [
            self.answer(str(words) if has else None, sees) if has or sees else PRIOR
            for words, has, sees in zip(inputs.texts, text, image_file, strict=True)
        ]
        return np.array(rows, dtype=np.float32)


def predictor(answer, modalities=("text", "image", "fused")):
    best = dict.fromkeys(modalities, "known")
    bundle = SimpleNamespace(
        classes=("Lamps", "Mugs", "Chairs"),
        encoders=dict.fromkeys(modalities[:2], SimpleNamespace(name="tiny")),
        modalities=modalities,
        placeholders=frozenset(),
        texts=None,
        other_head=lambda given: None,
    )
    encoders = {"text": tiny.TinyText(), "image": tiny.TinyImage()}
    return Predictor(bundle, {m: e for m, e in encoders.items() if m in modalities}, Heads(answer, best))


def lamps(p):
    return [p, 0.7 * (1 - p), 0.3 * (1 - p)]


def by_words(**chances):
    """Lamps with the product of the odds of the words that are there."""

    def answer(text, sees):
        there = {word.key for word in words_of(text or "")}
        odds = np.prod([odds for word, odds in chances.items() if word in there])
        return lamps(odds / (1 + odds))

    return predictor(answer)


def weights(effects):
    return {effects.words(span): span.weight for span in effects.spans}

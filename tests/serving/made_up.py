"""A bundle and a predictor of heads that always answer the same."""

from types import MappingProxyType, SimpleNamespace

import numpy as np

from core.evaluation.acceptance import NO_LIMIT, AcceptanceRule
from core.evaluation.conformal import ConformalRule
from core.heads.key import HeadKey
from core.heads.scoring import Scorers
from core.serving.predictor import Predictor
from tests import tiny

RULE = AcceptanceRule(
    thresholds=(0.5, 0.5),
    own=(50, 50),
    overall=0.5,
    strangest=NO_LIMIT,
    most_disagreement=NO_LIMIT,
    price=0.0,
)
"""Accepts every answer of a confidence of 50% or more."""


class Constant:
    """A head that gives the first of two categories the same probability whatever the product."""

    members = ()
    projections = MappingProxyType({})

    def __init__(self, probability):
        self.probability = probability

    def predict_proba(self, inputs):
        return np.tile(np.float32([self.probability, 1 - self.probability]), (len(inputs), 1))


def constant_scorers(probabilities) -> Scorers:
    """Heads by (modality, head) -> their probability; those called b are chosen."""
    heads = {HeadKey(*key): Constant(probability) for key, probability in probabilities.items()}
    best = {modality: "b" for modality, head in heads if head == "b"}
    return Scorers(heads, np.float32([0.5, 0.5]), best)


def made_up_bundle(scorers, rules=None, strangeness=None, features=False, texts=None, others=None):
    """A bundle of Lamps and Mugs.

    `rules`: text, image, fused -> `AcceptanceRule`; `RULE` where nothing is said. `strangeness`: the same ->
    how strange every product is; 0.1 where nothing is said. `texts`: a `TextProfile`; None reads every text.
    """
    strange = strangeness or {}

    def of(given, vectors, texts, other_words=None):
        return np.full(len(texts), strange.get(given, 0.1))

    return SimpleNamespace(
        name="made up",
        classes=("Lamps", "Mugs"),
        best=scorers.best,
        models=[SimpleNamespace(modality=m, head=h, chosen=h == "b") for m, h in scorers.heads],
        encoders={m: SimpleNamespace(name="tiny") for m in scorers.best if m != "fused"},
        placeholders=frozenset(),
        has_features=lambda modality: features,
        acceptance=lambda given: (rules or {}).get(given, RULE),
        conformal=lambda given: ConformalRule("lac", 0.95, (1.0, 1.0), (0, 0), 0, 0),
        strangeness=SimpleNamespace(of=of),
        texts=texts,
        other_head=(others or {}).get,
    )


def made_up_predictor(probabilities, **settings) -> Predictor:
    """A predictor of these heads; `settings` as for `made_up_bundle`."""
    scorers = constant_scorers(probabilities)
    encoders = {"text": tiny.TinyText(), "image": tiny.TinyImage()}
    return Predictor(made_up_bundle(scorers, **settings), encoders, scorers)

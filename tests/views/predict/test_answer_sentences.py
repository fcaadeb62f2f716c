from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from core.bundle.reader import Bundle
from core.heads.key import HeadKey
from core.serving.answer import Answer, ModelAnswer, Neighbour, Ranked
from core.serving.predictor import Predictor
from core.views.predict.answer_sentences import (
    Rationale,
    agreement_sentence,
    plausible_sentence,
    rationale_of,
    threshold_sentence,
)

RANKED = (Ranked("Mugs", 0.8), Ranked("Lamps", 0.15), Ranked("Chairs", 0.05))
ANSWER = Answer(
    "text",
    HeadKey("text", "mlp"),
    RANKED,
    (
        ModelAnswer(HeadKey("text", "mlp"), RANKED, chosen=True),
        ModelAnswer(HeadKey("text", "tfidf"), RANKED[::-1], chosen=False),
    ),
    (Neighbour("1", "a", "Mugs", 0.98765, 3), Neighbour("2", "", "Lamps", 0.5, 4)),
    0.6,
    ("Mugs", "Lamps"),
    {},
)


def bundle(**more):
    manifest = SimpleNamespace(
        review=SimpleNamespace(precision=0.95), conformal=SimpleNamespace(coverage=0.9)
    )
    return SimpleNamespace(manifest=manifest, **more)


@pytest.mark.parametrize(
    ("threshold", "start"),
    [
        (0.6, "This answer is above the threshold of 60.0%"),
        (0.9, "This answer is below the threshold of 90.0%"),
        (1.1, "Always review this category"),
    ],
)
def test_why_an_answer_needs_review_or_not(threshold, start):
    assert threshold_sentence(bundle(), replace(ANSWER, threshold=threshold)).startswith(start)


def test_which_categories_are_plausible():
    words = plausible_sentence(bundle(), ANSWER)
    assert words == "Plausible: Mugs, Lamps (such a list holds the true category for 90% of products)."
    one = plausible_sentence(bundle(), replace(ANSWER, plausible=("Mugs",)))
    assert one.startswith("No other category is plausible")
    many = plausible_sentence(bundle(), replace(ANSWER, plausible=tuple("abcdefghijk")))
    assert "a, b, c, d, e, f, g, h and 3 more (" in many


def test_how_many_models_agree():
    assert agreement_sentence(ANSWER) == "1 of 2 models predict Mugs."
    same = replace(ANSWER, models=ANSWER.models[:1] * 2)
    assert agreement_sentence(same) == "All 2 models predict Mugs."


def test_an_answer_of_a_model_that_is_not_in_the_list_says_whose_it_is():
    fused = replace(ANSWER, answered_by=HeadKey("fused", "blend"))
    assert "The answer above comes from Text + image: Blend" in agreement_sentence(fused)


def test_what_decided(tiny_bundle):
    predictor = Predictor.load(Bundle.open(tiny_bundle))
    row = int(np.flatnonzero(predictor.bundle.present("fused"))[0])
    image = predictor.bundle.thumbnail(predictor.bundle.table["sku"][row])
    answer = predictor.classify("ceramic mug cup", image)
    rationale = rationale_of(predictor, answer, "ceramic mug cup")
    assert rationale.alone.startswith("Text alone: Mugs")
    assert " · Image alone: Chairs" in rationale.alone
    alone = rationale_of(predictor, predictor.classify("ceramic mug"), "ceramic mug")
    assert alone == Rationale("The answer rests on the text alone.", "")

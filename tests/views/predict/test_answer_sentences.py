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
    calibration_sentence,
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
    ("threshold", "end"),
    [
        (0.6, "This answer is above that line."),
        (0.9, "Below that, a person should look."),
        (1.1, "always check."),
    ],
)
def test_why_an_answer_is_sure(threshold, end):
    assert threshold_sentence(bundle(), replace(ANSWER, threshold=threshold)).endswith(end)


def test_what_is_not_ruled_out():
    words = plausible_sentence(bundle(), ANSWER)
    assert words == "Not ruled out: Mugs, Lamps (such a list holds the right category for 90% of products)."
    one = plausible_sentence(bundle(), replace(ANSWER, plausible=("Mugs",)))
    assert one.startswith("No other category is plausible")
    many = plausible_sentence(bundle(), replace(ANSWER, plausible=tuple("abcdefghijk")))
    assert "a, b, c, d, e, f, g, h and 3 more (" in many


def test_how_many_models_agree():
    assert agreement_sentence(ANSWER) == "1 of 2 models say Mugs."
    same = replace(ANSWER, models=ANSWER.models[:1] * 2)
    assert agreement_sentence(same) == "All 2 models say Mugs."


def test_an_answer_of_a_model_that_is_not_in_the_list_says_whose_it_is():
    fused = replace(ANSWER, answered_by=HeadKey("fused", "blend"))
    assert "The answer above is that of Text + image: Blend" in agreement_sentence(fused)


def test_what_a_confidence_means():
    assert "nine in ten" in calibration_sentence()


def test_what_decided(tiny_bundle):
    predictor = Predictor.load(Bundle.open(tiny_bundle))
    row = int(np.flatnonzero(predictor.bundle.present("fused"))[0])
    picture = predictor.bundle.thumbnail(predictor.bundle.table["sku"][row])
    answer = predictor.classify("ceramic mug cup", picture)
    found = rationale_of(predictor, answer, "ceramic mug cup")
    assert found.alone.startswith("Text alone: Mugs")
    assert " · Picture alone: Chairs" in found.alone
    alone = rationale_of(predictor, predictor.classify("ceramic mug"), "ceramic mug")
    assert alone == Rationale("The answer rests on the text alone.", "")

import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from core.bundle.reader import Bundle, Projection
from core.heads.key import HeadKey
from core.serving.answer import Answer, ModelAnswer, Neighbour, Ranked
from core.serving.predictor import Predictor
from core.views.predict import answer_views

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
    manifest = {"review": {"precision": 0.95}, "conformal": {"coverage": 0.9}}
    return SimpleNamespace(manifest=manifest, calibrators={("fused", "blend"): None}, **more)


@pytest.mark.parametrize(
    ("threshold", "end"),
    [
        (0.6, "This answer is above that line."),
        (0.9, "Below that, a person should look."),
        (1.1, "always check."),
    ],
)
def test_why_an_answer_is_sure(threshold, end):
    assert answer_views.why_sure(bundle(), replace(ANSWER, threshold=threshold)).endswith(end)


def test_what_is_not_ruled_out():
    words = answer_views.plausible_words(bundle(), ANSWER)
    assert words == "Not ruled out: Mugs, Lamps (such a list holds the right category for 90% of products)."
    one = answer_views.plausible_words(bundle(), replace(ANSWER, plausible=("Mugs",)))
    assert one.startswith("No other category is plausible")
    assert answer_views.plausible_words(bundle(), replace(ANSWER, plausible=())) == ""
    many = answer_views.plausible_words(bundle(), replace(ANSWER, plausible=tuple("abcdefghijk")))
    assert "a, b, c, d, e, f, g, h and 3 more (" in many


def test_how_many_models_agree():
    assert answer_views.agreement_words(ANSWER) == "1 of 2 models say Mugs."
    same = replace(ANSWER, models=ANSWER.models[:1] * 2)
    assert answer_views.agreement_words(same) == "All 2 models say Mugs."


def test_an_answer_of_a_model_that_is_not_in_the_list_says_whose_it_is():
    fused = replace(ANSWER, answered_by=HeadKey("fused", "blend"))
    assert "The answer above is that of Text + image: Blend" in answer_views.agreement_words(fused)


def test_confidences_that_are_not_calibrated_say_so():
    assert "nine in ten" in answer_views.confidence_words(bundle())
    assert "not calibrated" in answer_views.confidence_words(SimpleNamespace(calibrators={}))


def test_the_tables():
    assert answer_views.ranked_table(ANSWER)["Confidence"].tolist() == [0.8, 0.15, 0.05]
    models = answer_views.models_table(ANSWER)
    assert models["Category"].tolist() == ["Mugs", "Chairs"]
    assert models["Second choice"].tolist() == ["Lamps", "Lamps"]
    assert models["Chosen"].tolist() == [True, False]
    near = answer_views.neighbours_table(ANSWER, without="1")
    assert json.loads(near.to_json(orient="values")) == [["2", "", "Lamps", 0.5]]


def test_the_map_that_keeps_neighbours_best():
    maps = [
        Projection("text", "umap", 2, 0.99, 0.9),
        Projection("fused", "pca", 2, 0.7, 0.6),
        Projection("fused", "umap", 2, 0.9, 0.8),
        Projection("fused", "umap", 3, 0.95, 0.8),
    ]
    assert answer_views.best_map(bundle(projections=maps), "fused") is maps[2]
    assert answer_views.best_map(bundle(projections=maps), "image") is None
    unmeasured = [Projection("fused", "pca", 2)]
    assert answer_views.best_map(bundle(projections=unmeasured), "fused") is unmeasured[0]


def test_the_likely_categories_are_those_of_answer_and_neighbours():
    far = Neighbour("3", "c", "Tables", 0.1, 5)
    assert answer_views.likely(replace(ANSWER, neighbours=(far, far))) == [
        "Mugs",
        "Lamps",
        "Chairs",
        "Tables",
    ]
    assert answer_views.likely(ANSWER, most=2) == ["Mugs", "Lamps"]


def test_a_product_on_the_map(tiny_bundle):
    bundle = Bundle.open(tiny_bundle)
    answer = Predictor.load(bundle).classify("ceramic mug cup")
    placed = answer_views.placed_on_map(bundle, answer, "my mug")
    assert (placed.rows, placed.method) == (int(bundle.present("text").sum()), "PCA")
    assert placed.figure.data[-1].name == "★ my mug"
    near = next(trace for trace in placed.figure.data if trace.name.startswith("found"))
    assert near.customdata.tolist() == [one.row for one in answer.neighbours]
    bundle.__dict__["projections"] = ()
    assert answer_views.placed_on_map(bundle, answer, "my mug") is None


def test_what_decided(tiny_bundle):
    predictor = Predictor.load(Bundle.open(tiny_bundle))
    row = int(np.flatnonzero(predictor.bundle.present("fused"))[0])
    picture = predictor.bundle.thumbnail(predictor.bundle.table["sku"][row])
    answer = predictor.classify("ceramic mug cup", picture)
    found = answer_views.decision_of(predictor, answer, "ceramic mug cup")
    assert found.alone.startswith("Text alone: Mugs")
    assert " · Picture alone: Chairs" in found.alone
    alone = answer_views.decision_of(predictor, predictor.classify("ceramic mug"), "ceramic mug")
    assert alone == answer_views.Decision("The answer rests on the text alone.", "")

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from core.bundle.promises import OtherHead
from core.evaluation.texts.profile import Readings
from core.evaluation.thresholds import LEAST_OWN, NEVER
from core.features.vectors import Features
from core.heads.inputs import Inputs
from core.heads.key import HeadKey
from core.serving.answering import answer_products
from core.serving.reasons import (
    DISAGREE,
    LOW_CONFIDENCE,
    MEANINGLESS,
    NO_USABLE_IMAGE,
    NOTHING,
    UNKNOWN_LANGUAGE,
    UNLIKE,
    UNTESTED,
    joined,
)
from tests.serving.made_up import RULE, constant_scorers, made_up_bundle

SURE = {("text", "b"): 0.9, ("image", "b"): 0.8, ("fused", "b"): 0.97}
GIVEN = ("fused", "text", "image", "")


def products(text=(1, 1, 0, 0), image=(1, 0, 1, 0)):
    """Return products that have these inputs: both, only a text, only an image, nothing."""
    features = {}
    for side, there in (("text", text), ("image", image)):
        present = np.array(there, dtype=bool)
        features[side] = Features(np.where(present[:, None], np.float32([[0.6, 0.8]]), 0), present)
    return Inputs(features, np.array(["" if not each else "a lamp" for each in text], dtype=object))


def answered(probabilities=SURE, inputs=None, with_image=(1, 0, 1, 0), **settings):
    """Answer products by heads of these probabilities; `settings` as for `made_up_bundle`."""
    scorers = constant_scorers(probabilities)
    scores = scorers.on(products() if inputs is None else inputs)
    return answer_products(made_up_bundle(scorers, **settings), scores, np.array(with_image, dtype=bool))


def reasons(answers):
    return [answers.reasons_of(row) for row in range(len(answers))]


def test_each_product_is_answered_by_the_model_for_what_it_has():
    answers = answered()
    assert answers.given.tolist() == list(GIVEN)
    assert answers.confidence[:3] == pytest.approx([0.97, 0.9, 0.8])
    assert answers.predicted.tolist() == [0, 0, 0, -1]
    assert answers.needed[:3].tolist() == [0.5, 0.5, 0.5]
    assert answers.single["text"][:2, 0] == pytest.approx([0.9, 0.9])
    assert answers.single["image"][[0, 2], 0] == pytest.approx([0.8, 0.8])
    assert np.isnan(answers.single["text"][2:]).all() and np.isnan(answers.single["image"][[1, 3]]).all()


def test_a_product_with_nothing_has_no_category():
    answers = answered()
    assert answers.answered.tolist() == [True, True, True, False]
    assert np.isnan(answers.proba[3]).all()
    assert np.isnan([answers.confidence[3], answers.strangeness[3], answers.needed[3]]).all()
    assert reasons(answers) == [(), (), (), (NOTHING,)]
    assert answers.needs_review.tolist() == [False, False, False, True]


def test_the_rule_is_that_of_what_is_given():
    high = replace(RULE, thresholds=(0.95, 0.5))
    assert reasons(answered(rules={"text": high}))[:3] == [(), (LOW_CONFIDENCE,), ()]
    answers = answered(rules=dict.fromkeys(("text", "image", "fused"), high))
    assert reasons(answers)[:3] == [(), (LOW_CONFIDENCE,), (LOW_CONFIDENCE,)]
    assert answers.needed[:3].tolist() == [0.95, 0.95, 0.95]


def test_the_threshold_is_that_of_the_predicted_category():
    uneven = replace(RULE, thresholds=(0.5, 0.95))
    mugs = {key: 1 - probability for key, probability in SURE.items()}
    assert answered(rules={"text": uneven}).needed[1] == 0.5
    answers = answered(mugs, rules={"text": uneven})
    assert (answers.predicted[1], answers.needed[1], reasons(answers)[1]) == (1, 0.95, (LOW_CONFIDENCE,))


def test_where_no_confidence_is_enough_it_is_low():
    assert reasons(answered(rules={"image": replace(RULE, thresholds=(NEVER, 0.5))}))[2] == (LOW_CONFIDENCE,)


def test_an_untested_category_is_said_to_be_untested_and_nothing_else():
    untested = replace(RULE, thresholds=(NEVER, 0.5), own=(LEAST_OWN - 1, 50))
    assert reasons(answered(rules={"fused": untested})) == [(UNTESTED,), (), (), (NOTHING,)]
    tested = replace(RULE, own=(LEAST_OWN, 50))
    assert reasons(answered(rules={"fused": tested}))[0] == ()


def test_what_is_unlike_the_catalogue_needs_review_however_confident_it_is():
    strict = replace(RULE, strangest=0.6)
    answers = answered(rules={"image": strict, "fused": strict}, strangeness={"image": 0.61, "fused": 0.6})
    assert answers.strangeness[:3].tolist() == [0.6, 0.1, 0.61]
    assert reasons(answers)[:3] == [(), (), (UNLIKE,)]


def test_only_both_sides_can_disagree():
    # 1 - sqrt(0.9 * 0.3) - sqrt(0.1 * 0.7) = 0.216
    apart = {("text", "b"): 0.9, ("image", "b"): 0.3, ("fused", "b"): 0.97}
    for limit, expected in ((0.21, (DISAGREE,)), (0.22, ())):
        rule = replace(RULE, most_disagreement=limit)
        answers = answered(apart, rules=dict.fromkeys(("text", "image", "fused"), rule))
        assert reasons(answers)[:3] == [expected, (), ()]


def test_an_image_that_shows_nothing_counts_as_none():
    answers = answered(with_image=(1, 1, 1, 1))  # the second and the fourth came with one
    assert answers.given.tolist() == list(GIVEN)
    assert reasons(answers) == [(), (NO_USABLE_IMAGE,), (), (NO_USABLE_IMAGE, NOTHING)]
    assert answers.needs_review.tolist() == [False, True, False, True]


def test_a_bundle_without_images_misses_none():
    inputs = products()
    text_only = Inputs({"text": inputs.features["text"]}, inputs.texts)
    answers = answered({("text", "b"): 0.9}, text_only, with_image=(1, 1, 1, 1))
    assert answers.given.tolist() == ["text", "text", "", ""]
    assert reasons(answers) == [(), (), (NOTHING,), (NOTHING,)]


def test_several_reasons_at_once():
    rule = replace(RULE, thresholds=(0.99, 0.99), strangest=0.0, most_disagreement=0.0)
    answers = answered(rules={"fused": rule})
    assert reasons(answers)[0] == (LOW_CONFIDENCE, UNLIKE, DISAGREE)
    assert joined(reversed(reasons(answers)[0])) == (
        "low confidence; unlike this catalogue; text and image disagree"
    )
    assert joined(()) == ""


def test_no_products_have_no_answers():
    answers = answered(inputs=products(text=(), image=()), with_image=())
    assert (len(answers), answers.predicted.tolist(), answers.needs_review.tolist()) == (0, [], [])


def test_another_model_than_the_chosen_one_does_not_answer():
    answers = answered({**SURE, ("text", "a"): 0.1, ("fused", "a"): 0.1})
    assert answers.confidence[:3] == pytest.approx([0.97, 0.9, 0.8])
    assert HeadKey("text", "a") in constant_scorers({**SURE, ("text", "a"): 0.1}).heads


def test_a_text_that_cannot_be_read_is_never_sure():
    flags = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]], dtype=bool)
    profile = SimpleNamespace(read=lambda texts: Readings(*flags))
    answers = answered(texts=profile)
    assert reasons(answers) == [(UNKNOWN_LANGUAGE,), (MEANINGLESS,), (), (NOTHING,)]
    assert answers.needs_review.tolist() == [True, True, False, True]


class Covered:
    """A profile by which the text "a lamp" is in a language that only the encoder covers."""

    def read(self, texts):
        covered = np.array([text == "a lamp" for text in texts])
        return Readings(np.zeros(len(covered), dtype=bool), np.zeros(len(covered), dtype=bool), covered)


def test_a_text_in_a_language_that_only_the_encoder_covers_is_answered_by_vectors_alone():
    scorers = SURE | {("text", "vectors"): 0.2, ("fused", "vectors"): 0.3}
    strict = replace(RULE, thresholds=(0.5, 0.75))
    others = {"text": OtherHead("vectors", RULE), "fused": OtherHead("vectors", strict)}
    answers = answered(scorers, texts=Covered(), others=others)
    assert answers.predicted.tolist() == [1, 1, 0, -1]
    assert answers.confidence[:3] == pytest.approx([0.7, 0.8, 0.8])
    assert answers.needed[:3].tolist() == [0.75, 0.5, 0.5]
    assert answers.single["text"][0, 0] == pytest.approx(0.2)
    assert reasons(answers)[:3] == [(LOW_CONFIDENCE,), (), ()]


def test_without_a_head_of_vectors_alone_the_language_is_unknown():
    answers = answered(texts=Covered())
    assert answers.predicted.tolist() == [0, 0, 0, -1]
    assert reasons(answers)[:3] == [(UNKNOWN_LANGUAGE,), (UNKNOWN_LANGUAGE,), ()]

from dataclasses import replace

import numpy as np
import pytest

from core.bundle.reader import Bundle
from core.evaluation.acceptance import NO_LIMIT, AcceptanceRule
from core.evaluation.held_out import HeldOutAnswers
from core.evaluation.thresholds import NEVER
from core.serving.reasons import DISAGREE, LOW_CONFIDENCE, MEANINGLESS, UNLIKE, UNTESTED
from core.views.models.accepted import answers_if_given, automation, by_what_each_has, why_review
from core.views.models.answers import answers


@pytest.fixture
def bundle(tiny_bundle) -> Bundle:
    return Bundle.open(tiny_bundle)


@pytest.mark.parametrize("given", ["text", "image", "fused"])
def test_only_products_that_have_what_is_given_are_tested(bundle, given):
    kept, judged = answers_if_given(bundle, given)
    test = bundle.rows("test")
    assert sorted(kept.rows.tolist()) == test[bundle.present(given)[test]].tolist()
    assert judged.true.tolist() == bundle.labels[kept.rows].tolist()
    assert judged.strangeness.tolist() == bundle.guards.strangeness[given][kept.rows].tolist()
    assert np.isfinite(judged.disagreement).all() == (given == "fused")


def test_each_product_is_answered_once_by_what_it_has(bundle):
    pairs = dict(zip(bundle.modalities, by_what_each_has(bundle), strict=True))
    text, image = bundle.present("text"), bundle.present("image")
    for given, there in (("text", text & ~image), ("image", image & ~text), ("fused", text & image)):
        assert there[pairs[given][0].rows].all()
    rows = np.concatenate([kept.rows for kept, _ in pairs.values()])
    assert sorted(rows.tolist()) == bundle.rows("test").tolist()


def test_reasons_are_those_of_the_model_that_answers(bundle):
    rules = bundle.manifest.acceptance
    lax = AcceptanceRule((0.0,) * 3, (50,) * 3, 0.0, NO_LIMIT, NO_LIMIT, 0.0)
    strict = replace(lax, thresholds=(NEVER,) * 3)
    changed = replace(rules, rules={"text": strict, "image": lax, "fused": lax})
    bundle.manifest = replace(bundle.manifest, acceptance=changed)
    said = {
        given: set(why) for given, (_, why) in zip(bundle.modalities, by_what_each_has(bundle), strict=True)
    }
    assert said == {"text": {LOW_CONFIDENCE}, "image": {""}, "fused": {""}}


def test_without_images_there_are_texts_only(bundle, tmp_path):
    single = answers(bundle, "text")
    bundle.manifest = replace(bundle.manifest, modalities=("text",))
    ((kept, _),) = by_what_each_has(bundle)
    assert kept.rows.tolist() == single.rows[bundle.present("text")[single.rows]].tolist()


def test_what_is_automated_is_counted_over_all_inputs(bundle):
    lax = AcceptanceRule((0.0,) * 3, (50,) * 3, 0.0, NO_LIMIT, NO_LIMIT, 0.0)
    strict = replace(lax, thresholds=(NEVER,) * 3)
    n = len(bundle.rows("test"))
    everything = automation(bundle, dict.fromkeys(bundle.modalities, lax))
    assert (everything.n, everything.accepted) == (n, n)
    pairs = by_what_each_has(bundle)
    assert everything.right == sum(int((kept.true == kept.predicted).sum()) for kept, _ in pairs)
    nothing = automation(bundle, dict.fromkeys(bundle.modalities, strict))
    assert (nothing.n, nothing.accepted, nothing.right) == (n, 0, 0)
    own = automation(bundle)
    assert own.accepted == sum(int((why == "").sum()) for _, why in pairs)


def test_reasons_by_hand():
    rule = AcceptanceRule((0.6, 0.6), (50, 2), 0.6, 0.8, 0.7, 0.0)
    judged = HeldOutAnswers(
        true=np.zeros(7, dtype=np.int64),
        predicted=np.array([0, 0, 0, 0, 0, 1, 0]),
        confidence=np.array([0.6, 0.5, 0.9, 0.9, 0.9, 0.3, 0.9]),
        strangeness=np.array([0.8, 0.9, 0.9, np.nan, 0.1, 0.1, 0.1]),
        disagreement=np.array([0.7, 0.9, 0.9, 0.9, np.nan, 0.1, 0.1]),
        unknown_language=np.array([0, 1, 1, 1, 0, 0, 0], dtype=bool),
        meaningless=np.array([0, 0, 0, 0, 1, 0, 0], dtype=bool),
        in_validation=np.zeros(7, dtype=bool),
    )
    assert why_review(rule, judged).tolist() == [
        "", LOW_CONFIDENCE, UNLIKE, DISAGREE, MEANINGLESS, UNTESTED, ""
    ]  # fmt: skip
    needs = [reason != "" for reason in why_review(replace(rule, thresholds=(0.6, NEVER)), judged)]
    assert needs == (~replace(rule, thresholds=(0.6, NEVER)).accepted(judged)).tolist()

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from core.bundle.reader import Bundle
from core.evaluation.thresholds import LEAST_OWN, NEVER
from core.serving.predictor import Predictor
from core.serving.reasons import (
    DISAGREE,
    LOW_CONFIDENCE,
    MEANINGLESS,
    NO_USABLE_IMAGE,
    UNKNOWN_LANGUAGE,
    UNLIKE,
    UNTESTED,
)
from core.views.predict.answer_sentences import (
    FURTHER_LANGUAGE,
    Rationale,
    agreement_sentence,
    plausible_sentence,
    rationale_of,
    surprise_sentences,
    threshold_sentence,
    wanted_sentence,
)
from tests.views.predict.made_up import ANSWER


def bundle(own=LEAST_OWN):
    """Whose category Mugs has `own` held-out answers of the model for text."""
    rule = SimpleNamespace(own=(40, own, 40))
    manifest = SimpleNamespace(
        acceptance=SimpleNamespace(wanted_precision=0.955, rules={"text": rule}),
        conformal=SimpleNamespace(coverage=0.9),
    )
    return SimpleNamespace(manifest=manifest, classes=("Lamps", "Mugs", "Chairs"))


@pytest.mark.parametrize(
    ("threshold", "reasons", "start"),
    [
        (0.6, (), "This confidence is above the threshold of 60.0%, from which on answers of this category"),
        (0.6, (UNLIKE,), "This confidence is above the threshold of 60.0%"),
        (0.9, (LOW_CONFIDENCE,), "This confidence is below the threshold of 90.0%"),
        (NEVER, (LOW_CONFIDENCE,), "Always review this category: no confidence is high enough for 95.5%"),
    ],
)
def test_whether_the_confidence_is_enough(threshold, reasons, start):
    answer = replace(ANSWER, threshold=threshold, reasons=reasons)
    assert threshold_sentence(bundle(), answer).startswith(start)


def test_a_language_that_only_the_encoder_knows_was_not_measured():
    opened = bundle(own=1)
    opened.manifest.acceptance.others = {"text": SimpleNamespace(rule=SimpleNamespace(own=(40, 40, 40)))}
    answer = replace(ANSWER, further_language=True)
    assert threshold_sentence(opened, answer).endswith(f"held out from training. {FURTHER_LANGUAGE}")


def test_the_precision_that_is_kept_is_said():
    assert wanted_sentence(bundle()).startswith("95.5% precision asked for, as kept on Models: ")


def test_an_untested_category_is_always_reviewed():
    answer = replace(ANSWER, threshold=NEVER, reasons=(UNTESTED,))
    assert threshold_sentence(bundle(own=1), answer).startswith(
        "Always review this category: only 1 answer to products held out from training, too few"
    )


def test_what_is_unusual_about_a_product_is_said():
    assert surprise_sentences(ANSWER) == []
    unusual = (UNLIKE, DISAGREE, NO_USABLE_IMAGE, UNKNOWN_LANGUAGE, MEANINGLESS)
    said = surprise_sentences(replace(ANSWER, reasons=(LOW_CONFIDENCE, *unusual, UNTESTED)))
    words = (
        "Unlike anything",
        "Text and image disagree",
        "The image shows nothing",
        "language",
        "no meaning",
    )
    assert len(said) == len(words)
    assert all(word in sentence for word, sentence in zip(words, said, strict=True))


def test_which_categories_are_plausible():
    words = plausible_sentence(bundle(), ANSWER)
    assert words == "Plausible: Mugs, Lamps (such a list holds the true category for 90% of products)."
    one = plausible_sentence(bundle(), replace(ANSWER, plausible=("Mugs",)))
    assert one.startswith("No other category is plausible")
    many = plausible_sentence(bundle(), replace(ANSWER, plausible=tuple("abcdefghijk")))
    assert "a, b, c, d, e, f, g, h and 3 more (" in many


def test_of_a_product_unlike_the_catalogue_no_category_is_plausible():
    assert plausible_sentence(bundle(), replace(ANSWER, reasons=(UNLIKE,), plausible=())) == ""


def test_how_many_models_agree():
    assert agreement_sentence(ANSWER) == "1 of 2 models predict Mugs."
    same = replace(ANSWER, models=ANSWER.models[:1] * 2)
    assert agreement_sentence(same) == "All 2 models predict Mugs."


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

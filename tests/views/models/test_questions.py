from dataclasses import replace

import numpy as np
import pytest

from core.bundle.reader import Bundle
from core.evaluation.coverage import Accepted
from core.evaluation.fusion_gain import fusion_gain
from core.evaluation.paired import adjusted, compare
from core.evaluation.scores import evaluate
from core.views.models.comparison import against_others
from core.views.models.questions import automated, best_first, best_input, fusion_pays, mixed_up

CLASSES = ("a", "b", "c")


@pytest.fixture
def bundle(tiny_bundle) -> Bundle:
    return Bundle.open(tiny_bundle)


def card(bundle: Bundle, modality: str, true: np.ndarray, predicted: np.ndarray):
    """A chosen model that answers so."""
    report = evaluate(true, np.eye(3)[predicted], CLASSES, modality=modality, head="logistic_regression")
    model = next(model for model in bundle.models if model.modality == modality and model.chosen)
    return replace(model, head="logistic_regression", report=report)


def wrong_on(true: np.ndarray, first: int, last: int) -> np.ndarray:
    predicted = true.copy()
    predicted[first:last] = (true[first:last] + 1) % 3
    return predicted


TRUE = np.arange(300) % 3


def verdict(bundle: Bundle, better: np.ndarray, worse: np.ndarray) -> str:
    models = [card(bundle, "fused", TRUE, better), card(bundle, "text", TRUE, worse)]
    return best_input(models, adjusted([compare(TRUE, better, worse)])).verdict


def test_a_clear_lead_is_said_with_its_points(bundle):
    said = verdict(bundle, wrong_on(TRUE, 0, 3), wrong_on(TRUE, 0, 33))
    assert said == "Text + image: 99.0% of its answers are right, 10.0 points ahead of text, which is " + (
        "statistically clear."
    )


def test_a_lead_that_could_be_chance_is_called_so(bundle):
    said = verdict(bundle, wrong_on(TRUE, 0, 3), wrong_on(TRUE, 1, 5))
    assert said.startswith("Text + image has the highest accuracy, 99.0%")
    assert said.endswith("0.3 points ahead of text could be chance.")


def test_inputs_can_be_equal_or_alone(bundle):
    assert "equally accurate: 99.0%" in verdict(bundle, wrong_on(TRUE, 0, 3), wrong_on(TRUE, 3, 6))
    assert "equally accurate: 99.0%" in verdict(bundle, wrong_on(TRUE, 0, 3), wrong_on(TRUE, 0, 3))
    alone = best_input([card(bundle, "text", TRUE, TRUE)], [])
    assert alone.verdict == "Text is the only input: 100.0% of its answers are right."
    assert "Accuracy on 300 test products: Text 100.0% (95% interval: " in alone.basis


def test_the_best_of_a_bundle_is_compared_with_each_other_input(bundle):
    models = best_first(bundle)
    accuracies = [bundle.report(model.modality).accuracy for model in models]
    assert accuracies == sorted(accuracies, reverse=True)
    assert {model.modality: model.head for model in models} == bundle.best
    against = against_others(bundle, [model.key for model in models])
    for one, model in zip(against, models[1:], strict=True):
        assert one.difference.value == pytest.approx(models[0].report.accuracy - model.report.accuracy)
        assert one.adjusted_p_value >= one.p_value


def pays(fused: np.ndarray, single: np.ndarray) -> str:
    return fusion_pays(
        fusion_gain(TRUE, single, fused, CLASSES, names=("Text + image", "Text alone"))
    ).verdict


def test_fusion_pays_only_where_it_is_clear():
    few, many = wrong_on(TRUE, 0, 3), wrong_on(TRUE, 0, 33)
    assert pays(few, many).startswith("Yes: +10.0 points (95% interval: +")
    assert "over text alone, statistically clear." in pays(few, many)
    assert pays(many, few).startswith("No: -10.0 points")
    assert pays(few, wrong_on(TRUE, 1, 5)).startswith("Not clearly: +0.3 points")
    assert pays(few, few).startswith("No difference")


def test_categories_are_mixed_up_either_way(bundle):
    true = np.repeat([0, 1, 2], 20)
    predicted = true.copy()
    predicted[:3], predicted[20:22], predicted[40] = 1, 0, 0  # three a as b, two b as a, one c as a
    reply = mixed_up(card(bundle, "text", true, predicted))
    assert reply.verdict.startswith(
        "Most often a and b: 5 of the 40 products of the two, 12.5% (95% interval: "
    )
    assert reply.basis == "6 mistakes on 60 test products (Text, Logistic regression). Next: a and c, 1."


def test_without_mistakes_nothing_is_mixed_up(bundle):
    assert mixed_up(card(bundle, "text", TRUE, TRUE)).verdict.startswith("None")
    once = mixed_up(card(bundle, "text", TRUE, wrong_on(TRUE, 0, 2)))
    assert once.verdict.startswith("No pair stands out")


def test_what_can_be_automated():
    said = automated(Accepted(200, 150, 147, None), 0.95)
    assert said.verdict == "75.0% of the products can be filed without a person at 95.0%."
    assert said.basis.startswith("150 of 200 test products with text or image are accepted; 98.0% of these")
    below = automated(Accepted(2000, 1500, 1300, None), 0.95)
    assert "fewer than 95.0% of these answers are right" in below.verdict
    assert automated(Accepted(200, 0, 0, None), 0.95).verdict.startswith("Nothing yet")

from dataclasses import replace

import numpy as np
import pytest

from core.bundle.reader import Bundle
from core.views.models.answers import Answers, answers
from core.views.models.comparison import difference
from core.views.models.disagreements import (
    BOTH_ALIKE,
    BOTH_DIFFERENTLY,
    ONLY_FIRST,
    ONLY_SECOND,
    disagreements,
)


@pytest.fixture(scope="module")
def bundle(tiny_bundle):
    return Bundle.open(tiny_bundle)


def said(*predicted: int, sure: float = 0.6) -> Answers:
    """Answers to five products of classes 0, 0, 1, 1, 2."""
    true = np.array([0, 0, 1, 1, 2])
    proba = np.full((5, 3), (1 - sure) / 2)
    proba[np.arange(5), predicted] = sure + 0.01 * np.arange(5)
    return Answers(np.arange(10, 15), true, np.array(predicted), proba)


def test_disagreements_share_out_all_that_is_wrong():
    first, second = said(0, 1, 0, 2, 2), said(1, 1, 1, 0, 2)
    found = disagreements(first, second)
    assert {name: list(places) for name, places in found.items()} == {
        ONLY_FIRST: [0],
        ONLY_SECOND: [2],
        BOTH_DIFFERENTLY: [3],
        BOTH_ALIKE: [1],
    }


def test_disagreements_are_those_of_the_comparison(bundle):
    pair = ("text", "random_forest"), ("image", "logistic_regression")
    gain = difference(bundle, *pair)
    found = disagreements(*(answers(bundle, *key) for key in pair))
    assert list(found[ONLY_FIRST]) == list(gain.rescued)
    assert list(found[ONLY_SECOND]) == list(gain.spoiled)
    assert len(found[BOTH_ALIKE]) + len(found[BOTH_DIFFERENTLY]) == gain.overall.both_wrong


def test_answers_to_different_products_cannot_be_compared():
    with pytest.raises(ValueError, match="same order"):
        disagreements(said(0, 0, 0, 0, 0), replace(said(0, 0, 0, 0, 0), rows=np.arange(5)))

from dataclasses import replace

import numpy as np
import pytest

from core.bundle.reader import Bundle
from core.heads.key import HeadKey
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


def given(*predicted: int, confidence: float = 0.6) -> Answers:
    """Answers to five products of classes 0, 0, 1, 1, 2."""
    true = np.array([0, 0, 1, 1, 2])
    proba = np.full((5, 3), (1 - confidence) / 2)
    proba[np.arange(5), predicted] = confidence + 0.01 * np.arange(5)
    return Answers(np.arange(10, 15), true, np.array(predicted), proba)


def test_disagreements_share_out_all_that_is_wrong():
    first, second = given(0, 1, 0, 2, 2), given(1, 1, 1, 0, 2)
    groups = disagreements(first, second)
    assert {name: list(positions) for name, positions in groups.items()} == {
        ONLY_FIRST: [0],
        ONLY_SECOND: [2],
        BOTH_DIFFERENTLY: [3],
        BOTH_ALIKE: [1],
    }


def test_disagreements_are_those_of_the_comparison(bundle):
    pair = HeadKey("text", "random_forest"), HeadKey("image", "logistic_regression")
    gain = difference(bundle, *pair)
    groups = disagreements(*(answers(bundle, *key) for key in pair))
    assert list(groups[ONLY_FIRST]) == list(gain.rescued)
    assert list(groups[ONLY_SECOND]) == list(gain.spoiled)
    assert len(groups[BOTH_ALIKE]) + len(groups[BOTH_DIFFERENTLY]) == gain.overall.both_wrong


def test_answers_to_different_products_cannot_be_compared():
    with pytest.raises(ValueError, match="same order"):
        disagreements(given(0, 0, 0, 0, 0), replace(given(0, 0, 0, 0, 0), rows=np.arange(5)))

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from core.views.models import answers as stored
from core.views.product_card.answers import answer_table, product_answers, source_sentence

CLASSES = ("bag", "cup")


@pytest.fixture
def bundle(monkeypatch):
    """Four products: a test one, a validation one, and two training ones, of which one has an answer."""
    table = pd.DataFrame(
        {"part": ["test", "validation", "train", "train"], "category": ["bag", "cup", "bag", "cup"]}
    )
    given = stored.Answers(np.array([0]), np.array([0]), np.array([1]), np.array([[0.3, 0.7]]))
    monkeypatch.setattr("core.views.product_card.answers.answers", lambda bundle, modality: given)
    kept = {("text", 1): (1, 0.9), ("text", 2): (0, 0.6)}
    return SimpleNamespace(
        table=table,
        classes=CLASSES,
        best={"text": "linear_svm", "image": "mlp"},
        present=lambda modality: np.array([modality == "text"] * 4),
        held_out_answer=lambda modality, row: kept.get((modality, row)),
    )


@pytest.mark.parametrize(
    ("row", "category", "confidence", "right", "said"),
    [
        (0, "cup", 0.7, False, "no model has learned"),
        (1, "cup", 0.9, True, "no model has learned"),
        (2, "bag", 0.6, True, "trained without it"),
    ],
)
def test_the_answer_is_of_a_model_that_has_not_learned_the_product(
    bundle, row, category, confidence, right, said
):
    given = product_answers(bundle, row, {})
    assert [(a.modality, a.category, a.confidence, a.right, a.calibrated) for a in given] == [
        ("text", category, confidence, right, True)
    ]
    assert said in source_sentence(bundle, row, given)


def test_the_search_for_faults_stands_in_and_is_named(bundle):
    given = product_answers(bundle, 3, {"text": np.array([0.2, 0.8])})
    assert [(a.category, a.confidence, a.calibrated) for a in given] == [("cup", 0.8, False)]
    assert answer_table(given)["Model"].tolist() == ["Search for faults, not calibrated"]


def test_no_answer_rather_than_one_that_was_learned(bundle):
    given = product_answers(bundle, 3, {})
    assert given == []
    assert "would prove nothing" in source_sentence(bundle, 3, given)

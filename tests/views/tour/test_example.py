from types import SimpleNamespace

import numpy as np
import pytest

from core.views.models.answers import Answers
from core.views.tour.example import fused_example

ROWS = np.array([7, 3, 5, 9])


def answered(*true_share: float, rows: np.ndarray = ROWS) -> Answers:
    """Answers to products of class 0, of two classes, with these probabilities of it."""
    share = np.array(true_share)
    proba = np.column_stack([share, 1 - share])
    return Answers(rows, np.zeros(len(share), dtype=int), proba.argmax(axis=1), proba)


def find(monkeypatch, text: Answers, image: Answers, fused: Answers):
    given = {"text": text, "image": image, "fused": fused}
    monkeypatch.setattr("core.views.tour.example.answers", lambda bundle, modality: given[modality])
    bundle = SimpleNamespace(best=dict.fromkeys(given, "mlp"), present=lambda modality: np.full(10, True))
    return fused_example(bundle)


def test_a_product_that_neither_gets_right_alone_comes_before_a_larger_gain(monkeypatch):
    # On 3 both are wrong and fusion gains 0.2; on 5 one is right and it gains 0.39.
    found = find(
        monkeypatch,
        answered(0.9, 0.45, 0.55, 0.3),
        answered(0.9, 0.4, 0.6, 0.3),
        answered(0.95, 0.65, 0.99, 0.4),
    )
    assert (found.row, found.wrong) == (3, ("text", "image"))
    assert found.alone == {"text": pytest.approx(0.45), "image": pytest.approx(0.4)}
    assert found.fused == pytest.approx(0.65)
    assert found.sentence == (
        "Text alone and image alone are both wrong on this product; together they are right. Of the "
        "probability of its category, text alone gives it 45.0%, image alone gives it 40.0%, both together "
        "65.0%."
    )


def test_answers_in_another_order_are_of_the_same_products(monkeypatch):
    order = [2, 0, 3, 1]
    found = find(
        monkeypatch,
        answered(*np.array([0.9, 0.4, 0.6, 0.7])[order], rows=ROWS[order]),
        answered(0.9, 0.6, 0.6, 0.7),
        answered(0.9, 0.8, 0.7, 0.7),
    )
    assert (found.row, found.wrong) == (3, ("text",))
    assert "The text alone is wrong" in found.sentence


def test_nothing_is_claimed_where_both_are_nowhere_surer(monkeypatch):
    same = answered(0.9, 0.8, 0.7, 0.6)
    assert find(monkeypatch, same, same, same) is None
    less = answered(0.4, 0.4, 0.4, 0.4)
    assert find(monkeypatch, same, same, less) is None


def test_a_catalogue_of_texts_alone_has_no_such_product():
    assert fused_example(SimpleNamespace(best={"text": "mlp"})) is None

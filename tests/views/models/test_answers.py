import numpy as np
import pytest

from core.bundle.reader import Bundle
from core.views.models.answers import Answers, answers, selection_summary


@pytest.fixture(scope="module")
def bundle(tiny_bundle):
    return Bundle.open(tiny_bundle)


def test_answers_are_read_once_for_all_who_open_the_bundle(bundle, monkeypatch):
    given = answers(bundle, "text")
    monkeypatch.setattr(Bundle, "predictions", None)
    assert answers(Bundle.open(bundle.path), "text", bundle.best["text"]) is given


def test_answers_are_spread_over_the_rows_of_the_table():
    proba = np.array([[0.9, 0.1], [0.25, 0.75]])
    given = Answers(np.array([1, 3]), np.array([1, 1]), np.array([0, 1]), proba)
    assert given.correct.tolist() == [False, True]
    assert given.predicted_names(("lamp", "mug"), 5).tolist() == ["", "lamp", "", "mug", ""]
    np.testing.assert_equal(given.confidences(5), [np.nan, 0.9, np.nan, 0.75, np.nan])
    assert given.take(np.array([1])).rows.tolist() == [3]


def test_the_summary_of_selected_categories():
    proba = np.full((3, 2), 0.5)
    given = Answers(np.arange(3), np.array([0, 0, 1]), np.array([0, 1, 1]), proba)
    assert selection_summary(given, 2) == "Accuracy 66.7% in the 2 selected categories: 2 of 3 test products."
    assert selection_summary(given.take(np.array([], dtype=int)), 1) == (
        "No test products in the 1 selected category."
    )

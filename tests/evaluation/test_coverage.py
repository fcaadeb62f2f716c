import numpy as np
import pytest

from core.common.errors import CatalogueError
from core.evaluation.coverage import accept, coverage_curve
from core.evaluation.intervals import wilson


def rows(confidence, right):
    """Two classes, the first always predicted."""
    confidence = np.asarray(confidence, dtype=float)
    return 1 - np.asarray(right, dtype=int), np.column_stack([confidence, 1 - confidence])


def test_the_curve_has_a_point_per_confidence():
    curve = coverage_curve(*rows([0.6, 0.9, 0.9, 0.7, 0.6, 0.8], [0, 1, 1, 0, 1, 1]))
    assert curve.thresholds.tolist() == [0.9, 0.8, 0.7, 0.6]
    assert curve.accepted.tolist() == [2, 3, 4, 6]
    assert curve.right.tolist() == [2, 3, 3, 4]
    assert curve.coverage == pytest.approx([2 / 6, 3 / 6, 4 / 6, 1])
    assert curve.accuracy == pytest.approx([1, 1, 3 / 4, 4 / 6])


def test_the_curve_is_the_same_in_any_order():
    y, proba = rows(np.random.default_rng(0).choice([0.6, 0.7, 0.8, 0.9], 100), np.arange(100) % 3 > 0)
    order = np.random.default_rng(1).permutation(100)
    one, other = coverage_curve(y, proba), coverage_curve(y[order], proba[order])
    assert one.right.tolist() == other.right.tolist()
    assert one.thresholds.tolist() == other.thresholds.tolist()


def test_answers_at_the_threshold_or_above_are_accepted():
    y, proba = rows([0.6, 0.9, 0.9, 0.7, 0.6, 0.8], [0, 1, 1, 0, 1, 1])
    accepted = accept(y, proba, 0.7)
    assert (accepted.n, accepted.accepted, accepted.right, accepted.threshold) == (6, 4, 3, 0.7)
    assert accepted.coverage == pytest.approx(4 / 6)
    assert accepted.precision == wilson(3, 4)
    assert accept(y, proba, 0.0).accepted == 6


def test_a_class_can_have_its_own_threshold():
    y = np.array([0, 0, 1, 1])
    proba = np.array([[0.9, 0.1], [0.7, 0.3], [0.3, 0.7], [0.6, 0.4]])
    accepted = accept(y, proba, np.array([0.8, 0.5]))
    assert (accepted.accepted, accepted.right, accepted.threshold) == (2, 2, None)
    assert "a confidence of the threshold of its category on, 2 of 4 products" in accepted.sentence


def test_the_result_is_told_in_a_sentence():
    y, proba = rows(np.repeat([0.9, 0.5], [80, 20]), np.repeat([1, 0], [78, 22]))
    assert accept(y, proba, 0.83).sentence == (
        "If answers are accepted from a confidence of 83.0% on, 80 of 100 products (80.0%) need no "
        "review, and "
        "97.5% of these answers are right (95% interval: 91.3% to 99.3%)."
    )
    nothing = accept(y, proba, 1.01)
    assert nothing.precision is None
    assert nothing.sentence == "No answer reaches its threshold: all 100 products need review."


def test_unfit_arrays_are_refused():
    with pytest.raises(CatalogueError, match="no products"):
        coverage_curve(np.zeros(0, dtype=int), np.empty((0, 2)))
    y, proba = rows([0.9], [1])
    with pytest.raises(ValueError, match=r"one threshold or 2, got shape \(3,\)"):
        accept(y, proba, np.zeros(3))
    with pytest.raises(ValueError, match="level"):
        accept(y, proba, 0.5, level=1)

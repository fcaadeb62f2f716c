from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest

from core.common.errors import CatalogueError
from core.evaluation.coverage import accept, coverage_curve
from core.evaluation.intervals import wilson


def rows(confidence, right):
    """Two classes, the first always predicted."""
    confidence = np.asarray(confidence, dtype=float)
    return 1 - np.asarray(right, dtype=int), np.column_stack([confidence, 1 - confidence])


def test_the_curve_has_a_point_a_confidence():
    curve = coverage_curve(*rows([0.6, 0.9, 0.9, 0.7, 0.6, 0.8], [0, 1, 1, 0, 1, 1]))
    assert curve.thresholds.tolist() == [0.9, 0.8, 0.7, 0.6]
    assert curve.accepted.tolist() == [2, 3, 4, 6]
    assert curve.right.tolist() == [2, 3, 3, 4]
    assert curve.coverage == pytest.approx([2 / 6, 3 / 6, 4 / 6, 1])
    assert curve.accuracy == pytest.approx([1, 1, 3 / 4, 4 / 6])


def test_area_by_hand_where_no_two_are_equal():
    curve = coverage_curve(*rows([0.9, 0.8, 0.7, 0.6], [1, 0, 1, 0]))
    assert curve.area_under_risk == pytest.approx((0 + 1 / 2 + 1 / 3 + 2 / 4) / 4)


def test_area_of_equals_is_the_mean_over_their_orders():
    right = [1, 1, 0, 1, 0]  # the middle three are equal
    curve = coverage_curve(*rows([0.9, 0.8, 0.8, 0.8, 0.7], right))
    areas = []
    for middle in permutations(right[1:4]):
        wrong = np.cumsum([1 - flag for flag in (right[0], *middle, right[4])])
        areas.append(sum(Fraction(int(w), i + 1) for i, w in enumerate(wrong)) / 5)
    assert curve.area_under_risk == pytest.approx(float(sum(areas) / len(areas)))


@pytest.mark.parametrize(("right", "area"), [([1, 1, 1], 0), ([0, 0, 0], 1), ([1], 0)])
def test_area_of_all_right_and_all_wrong(right, area):
    assert coverage_curve(*rows(np.linspace(0.9, 0.6, len(right)), right)).area_under_risk == area


def test_area_tells_useful_confidence_from_none():
    rng = np.random.default_rng(0)
    confidence = rng.uniform(0.5, 1, 2000)
    right = rng.random(2000) < confidence
    useful = coverage_curve(*rows(confidence, right)).area_under_risk
    useless = coverage_curve(*rows(rng.permutation(confidence), right)).area_under_risk
    assert useful < 0.8 * useless
    assert useless == pytest.approx(1 - right.mean(), abs=0.05)


def test_the_curve_is_the_same_in_any_order():
    y, proba = rows(np.random.default_rng(0).choice([0.6, 0.7, 0.8, 0.9], 100), np.arange(100) % 3 > 0)
    order = np.random.default_rng(1).permutation(100)
    one, other = coverage_curve(y, proba), coverage_curve(y[order], proba[order])
    assert one.right.tolist() == other.right.tolist()
    assert one.area_under_risk == other.area_under_risk


def test_accepted_rows_are_those_at_the_threshold_or_above():
    y, proba = rows([0.6, 0.9, 0.9, 0.7, 0.6, 0.8], [0, 1, 1, 0, 1, 1])
    found = accept(y, proba, 0.7)
    assert (found.n, found.accepted, found.right, found.threshold) == (6, 4, 3, 0.7)
    assert found.coverage == pytest.approx(4 / 6)
    assert found.precision == wilson(3, 4)
    assert accept(y, proba, 0.0).accepted == 6


def test_a_class_can_have_its_own_threshold():
    y = np.array([0, 0, 1, 1])
    proba = np.array([[0.9, 0.1], [0.7, 0.3], [0.3, 0.7], [0.6, 0.4]])
    found = accept(y, proba, np.array([0.8, 0.5]))
    assert (found.accepted, found.right, found.threshold) == (2, 2, None)
    assert "confidence reaches its class's threshold, 2 of 4 products" in found.words


def test_in_words():
    y, proba = rows(np.repeat([0.9, 0.5], [80, 20]), np.repeat([1, 0], [78, 22]))
    assert accept(y, proba, 0.83).words == (
        "If an answer is accepted once its confidence reaches 83.0%, 80 of 100 products (80%) are classified "
        "without a person, 97.5% of them rightly (95% interval: 91.3% to 99.3%)."
    )
    nothing = accept(y, proba, 1.01)
    assert nothing.precision is None
    assert nothing.words == "No answer is sure enough: a person decides on all 100 products."


def test_mistakes_are_told():
    with pytest.raises(CatalogueError, match="no rows"):
        coverage_curve(np.zeros(0, dtype=int), np.empty((0, 2)))
    y, proba = rows([0.9], [1])
    with pytest.raises(ValueError, match=r"one threshold or 2, got shape \(3,\)"):
        accept(y, proba, np.zeros(3))
    with pytest.raises(ValueError, match="level"):
        accept(y, proba, 0.5, level=1)

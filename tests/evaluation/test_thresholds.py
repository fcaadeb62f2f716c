import numpy as np
import pytest

from core.common.errors import CatalogueError
from core.evaluation.coverage import accept
from core.evaluation.thresholds import NEVER, class_thresholds, review_threshold
from tests.evaluation.answers import answers as overlapping


def answers(n, k=4, seed=0):
    """Class 0 is easy and the last is hard, at the same confidence."""
    rng = np.random.default_rng(seed)
    predicted, confidence = rng.integers(0, k, n), rng.uniform(0.5, 1, n)
    ease = np.linspace(3, 0.7, k)[predicted]
    right = rng.random(n) < confidence ** (1 / ease)
    proba = np.tile(((1 - confidence) / (k - 1))[:, None], (1, k))
    proba[np.arange(n), predicted] = confidence
    return np.where(right, predicted, (predicted + 1) % k), proba


def precision_of(y, proba, number, threshold):
    accepted = (proba.argmax(axis=1) == number) & (proba.max(axis=1) >= threshold)
    return (y[accepted] == number).mean()


def test_the_review_threshold_is_the_lowest_of_the_wanted_precision():
    confidence = np.array([0.99, 0.9, 0.8, 0.7, 0.6, 0.55])
    y = np.array([0, 0, 1, 0, 0, 1])
    proba = np.column_stack([confidence, 1 - confidence])
    assert review_threshold(y, proba, 1.0) == 0.9
    assert review_threshold(y, proba, 0.8) == 0.6
    assert review_threshold(y, proba, 0.6) == 0.55
    assert review_threshold(1 - y, proba, 0.95) == NEVER


@pytest.mark.parametrize("precision", [0.5, 0.8, 0.95])
def test_no_lower_threshold_has_the_wanted_precision(precision):
    y, proba = overlapping(500, seed=3)
    proba = proba.round(2)  # many products of equal confidence
    confidence, right = proba.max(axis=1), proba.argmax(axis=1) == y
    good = [t for t in np.unique(confidence) if right[confidence >= t].mean() >= precision]
    assert review_threshold(y, proba, precision) == min(good)


def test_many_products_give_each_class_its_own_threshold():
    y, proba = answers(40_000)
    chosen = class_thresholds(y, proba, 0.9)
    assert (np.diff(chosen.thresholds) > 0).all()  # the harder, the higher
    assert chosen.thresholds[0] < chosen.overall < chosen.thresholds[3]
    for number in range(4):
        assert precision_of(y, proba, number, chosen.thresholds[number]) == pytest.approx(0.9, abs=0.01)
    assert chosen.rows.tolist() == np.bincount(proba.argmax(axis=1), minlength=4).tolist()


def test_a_class_without_products_gets_the_threshold_of_all():
    y, proba = answers(500)
    proba = np.column_stack([proba, np.zeros(500)])
    chosen = class_thresholds(y, proba, 0.85)
    assert chosen.rows[4] == 0
    assert chosen.thresholds[4] == chosen.overall == review_threshold(y, proba, 0.85)


def test_shared_rows_decide_how_much_a_small_class_counts():
    confidence = np.concatenate([np.linspace(0.99, 0.6, 200), np.full(3, 0.8)])
    proba = np.column_stack([confidence, 1 - confidence])
    proba[200:] = proba[200:, ::-1]
    y = np.zeros(203, dtype=int)  # class 1 is predicted three times, wrongly
    chosen = class_thresholds(y, proba, 0.9)
    assert chosen.thresholds[0] == chosen.overall == pytest.approx(0.6)
    assert chosen.thresholds[1] > 0.8
    assert class_thresholds(y, proba, 0.9, shared_rows=100).thresholds[1] == pytest.approx(0.6)


def test_shared_rows_by_hand():
    # Class 1 has a right answer at 0.9 and a wrong one at 0.7; over all classes 3 of 4 are right from 0.7 on.
    y = np.array([0, 1, 0, 0])
    proba = np.array([[0.95, 0.05], [0.1, 0.9], [0.3, 0.7], [0.8, 0.2]])
    # From 0.7 on: (1 + 2 * 3 / 4) / (2 + 2) = 0.625; from 0.8 on: (1 + 2) / (1 + 2) = 1.
    assert class_thresholds(y, proba, 0.62, shared_rows=2).thresholds[1] == 0.7
    assert class_thresholds(y, proba, 0.63, shared_rows=2).thresholds[1] == 0.8


def test_where_all_answers_are_wrong_all_are_reviewed():
    y, proba = np.ones(30, dtype=int), np.tile([0.9, 0.1], (30, 1))
    chosen = class_thresholds(y, proba, 0.9)
    assert chosen.thresholds.tolist() == [NEVER, NEVER]
    assert chosen.overall == NEVER
    assert accept(y, proba, chosen.thresholds).accepted == 0


def test_one_product_of_one_class():
    chosen = class_thresholds(np.array([0]), np.array([[1.0]]), 0.95)
    assert chosen.thresholds.tolist() == [1.0]


def test_the_worst_class_is_better_than_with_one_threshold_for_all():
    y, proba = answers(100_000, seed=99)
    worst = {"one": [], "own": []}
    for seed in range(20):
        rows = answers(1000, seed=seed)
        one, own = review_threshold(*rows, 0.9), class_thresholds(*rows, 0.9).thresholds
        worst["one"].append(min(precision_of(y, proba, number, one) for number in range(4)))
        worst["own"].append(min(precision_of(y, proba, number, own[number]) for number in range(4)))
    assert np.mean(worst["own"]) > np.mean(worst["one"]) + 0.02


@pytest.mark.parametrize("choose", [review_threshold, class_thresholds])
def test_no_products_are_refused(choose):
    with pytest.raises(CatalogueError, match="no products"):
        choose(np.zeros(0, dtype=int), np.empty((0, 2)), 0.9)


def test_numbers_out_of_range_are_refused():
    with pytest.raises(ValueError, match="precision between 0 and 1, got 95"):
        class_thresholds(*answers(10), 95)
    with pytest.raises(ValueError, match="shared rows above 0"):
        class_thresholds(*answers(10), 0.9, shared_rows=0)

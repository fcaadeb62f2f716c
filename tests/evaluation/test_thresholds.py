import numpy as np
import pytest

from core.common.errors import CatalogueError
from core.evaluation.coverage import accept
from core.evaluation.intervals import wilson
from core.evaluation.scores import review_threshold
from core.evaluation.thresholds import NEVER, class_thresholds, precision_threshold


def answers(n, k=4, seed=0):
    """Class 0 is easy, the last is hard, and all are said with the same confidence."""
    rng = np.random.default_rng(seed)
    predicted, confidence = rng.integers(0, k, n), rng.uniform(0.5, 1, n)
    ease = np.linspace(3, 0.7, k)[predicted]
    right = rng.random(n) < confidence ** (1 / ease)
    proba = np.tile(((1 - confidence) / (k - 1))[:, None], (1, k))
    proba[np.arange(n), predicted] = confidence
    return np.where(right, predicted, (predicted + 1) % k), proba


def precision_of(y, proba, number, threshold):
    taken = (proba.argmax(axis=1) == number) & (proba.max(axis=1) >= threshold)
    return (y[taken] == number).mean()


def test_without_a_level_it_is_the_review_threshold():
    y, proba = answers(300)
    for precision in (0.8, 0.9, 0.97):
        assert precision_threshold(y, proba, precision) == review_threshold(y, proba, precision)


def test_with_a_level_the_lower_end_reaches_the_precision():
    y, proba = answers(400)
    threshold = precision_threshold(y, proba, 0.9, level=0.9)
    confidence, right = proba.max(axis=1), proba.argmax(axis=1) == y
    ends = {
        one: wilson(int(right[confidence >= one].sum()), int((confidence >= one).sum()), 0.9).low
        for one in confidence
    }
    assert threshold == min(one for one, end in ends.items() if end >= 0.9)
    assert threshold > precision_threshold(y, proba, 0.9)


@pytest.mark.parametrize(
    ("n", "level", "reached"), [(51, 0.9, False), (52, 0.9, True), (72, 0.95, False), (73, 0.95, True)]
)
def test_few_right_rows_prove_no_precision(n, level, reached):
    proba = np.tile([0.9, 0.1], (n, 1))
    expected = 0.9 if reached else NEVER
    assert precision_threshold(np.zeros(n, dtype=int), proba, 0.95, level=level) == expected


def test_with_a_level_other_rows_seldom_fall_short():
    y, proba = answers(100_000, seed=99)
    short = {None: 0, 0.9: 0}
    for seed in range(60):
        for level in short:
            found = accept(y, proba, precision_threshold(*answers(300, seed=seed), 0.9, level=level))
            short[level] += found.precision is not None and found.precision.value < 0.9
    assert short[0.9] <= 8
    assert short[None] >= 15


def test_many_rows_give_each_class_its_own_threshold():
    y, proba = answers(40_000)
    found = class_thresholds(y, proba, 0.9)
    assert (np.diff(found.thresholds) > 0).all()  # the harder, the higher
    assert found.thresholds[0] < found.overall < found.thresholds[3]
    for number in range(4):
        assert precision_of(y, proba, number, found.thresholds[number]) == pytest.approx(0.9, abs=0.01)
    assert found.rows.tolist() == np.bincount(proba.argmax(axis=1), minlength=4).tolist()


def test_a_class_without_rows_gets_the_threshold_of_all():
    y, proba = answers(500)
    proba = np.column_stack([proba, np.zeros(500)])
    found = class_thresholds(y, proba, 0.85)
    assert found.rows[4] == 0
    assert found.thresholds[4] == found.overall == review_threshold(y, proba, 0.85)


def test_a_few_bad_rows_raise_a_small_classes_threshold_a_little_and_many_a_lot():
    confidence = np.concatenate([np.linspace(0.99, 0.6, 200), np.full(3, 0.8)])
    proba = np.column_stack([confidence, 1 - confidence])
    proba[200:] = proba[200:, ::-1]
    y = np.zeros(203, dtype=int)  # class 1 is predicted three times, wrongly
    found = class_thresholds(y, proba, 0.9)
    assert found.thresholds[0] == found.overall == pytest.approx(0.6)
    assert found.thresholds[1] > 0.8
    assert class_thresholds(y, proba, 0.9, shared_rows=100).thresholds[1] == pytest.approx(0.6)


def test_shared_rows_by_hand():
    # Class 1 has a right row at 0.9 and a wrong one at 0.7; over all classes 3 of 4 are right from 0.7 on.
    y = np.array([0, 1, 0, 0])
    proba = np.array([[0.95, 0.05], [0.1, 0.9], [0.3, 0.7], [0.8, 0.2]])
    # From 0.7 on: (1 + 2 * 3 / 4) / (2 + 2) = 0.625; from 0.8 on: (1 + 2) / (1 + 2) = 1.
    assert class_thresholds(y, proba, 0.62, shared_rows=2).thresholds[1] == 0.7
    assert class_thresholds(y, proba, 0.63, shared_rows=2).thresholds[1] == 0.8


def test_all_wrong_is_never_sure():
    y, proba = np.ones(30, dtype=int), np.tile([0.9, 0.1], (30, 1))
    found = class_thresholds(y, proba, 0.9)
    assert found.thresholds.tolist() == [NEVER, NEVER]
    assert found.overall == NEVER
    assert accept(y, proba, found.thresholds).accepted == 0


def test_one_row_and_one_class():
    found = class_thresholds(np.array([0]), np.array([[1.0]]), 0.95)
    assert found.thresholds.tolist() == [1.0]


def test_classes_fall_less_short_than_with_one_threshold():
    y, proba = answers(100_000, seed=99)
    worst = {"one": [], "own": []}
    for seed in range(20):
        rows = answers(1000, seed=seed)
        one, own = precision_threshold(*rows, 0.9), class_thresholds(*rows, 0.9).thresholds
        worst["one"].append(min(precision_of(y, proba, number, one) for number in range(4)))
        worst["own"].append(min(precision_of(y, proba, number, own[number]) for number in range(4)))
    assert np.mean(worst["own"]) > np.mean(worst["one"]) + 0.02


@pytest.mark.parametrize("choose", [precision_threshold, class_thresholds])
def test_mistakes_are_told(choose):
    with pytest.raises(CatalogueError, match="no rows"):
        choose(np.zeros(0, dtype=int), np.empty((0, 2)), 0.9)
    with pytest.raises(ValueError, match="precision between 0 and 1, got 95"):
        choose(*answers(10), 95)
    with pytest.raises(ValueError, match="shared rows above 0"):
        class_thresholds(*answers(10), 0.9, shared_rows=0)

import numpy as np
import pytest
from scipy.stats import beta

from core.common.errors import CatalogueError
from core.evaluation.thresholds import (
    LEAST_CONFIDENCE,
    LEAST_OWN,
    MARGIN,
    NEVER,
    RISK,
    SHARED_ROWS,
    class_thresholds,
)


def answers(n, k=4, seed=0):
    """Return true and predicted categories and confidences: the first is easy, the last is hard."""
    rng = np.random.default_rng(seed)
    predicted, confidence = rng.integers(0, k, n), rng.uniform(0.5, 1, n)
    ease = np.linspace(3, 0.7, k)[predicted]
    right = rng.random(n) < confidence ** (1 / ease)
    return np.where(right, predicted, (predicted + 1) % k), predicted, confidence


def repeated(*lines):
    """Return answers of which each line (true, predicted, confidence, count) says some."""
    counts = [line[3] for line in lines]
    true, predicted, confidence = (np.repeat([line[at] for line in lines], counts) for at in range(3))
    return true, predicted, confidence


def precision_of(true, predicted, confidence, number, threshold):
    accepted = (predicted == number) & (confidence >= threshold)
    return (true[accepted] == number).mean()


@pytest.mark.parametrize("precision", [0.6, 0.8, 0.95])
def test_the_threshold_of_all_is_the_lowest_of_the_wanted_precision(precision):
    true, predicted, confidence = answers(500, seed=3)
    confidence = confidence.round(2)  # many products of equal confidence
    right = predicted == true
    tried = [LEAST_CONFIDENCE, *np.unique(confidence[confidence > LEAST_CONFIDENCE])]
    good = [t for t in tried if right[confidence >= t].mean() >= precision]
    assert class_thresholds(true, predicted, confidence, 4, precision).overall == min(good)


@pytest.mark.parametrize("precision", [0.6, 0.85, 0.95])
def test_each_category_has_the_lowest_threshold_that_its_own_and_shared_answers_reach(precision):
    """All thresholds one by one, with SciPy's beta distribution."""
    true, predicted, confidence = answers(120, seed=5)
    confidence = confidence.round(2)
    right = predicted == true
    expected = []
    for number in range(4):
        reached = [NEVER]
        for t in [LEAST_CONFIDENCE, *np.unique(confidence[confidence > LEAST_CONFIDENCE])]:
            above = confidence >= t
            own = above & (predicted == number)
            good = right[own].sum() + SHARED_ROWS * right[above].mean()
            bad = (~right[own]).sum() + SHARED_ROWS * (1 - right[above].mean())
            says = beta(good, bad) if bad > 1e-9 else beta(good, 1e-9)
            if says.mean() >= precision - 1e-9 and says.cdf(precision - MARGIN) <= RISK:
                reached.append(t)
        expected.append(min(reached))
    chosen = class_thresholds(true, predicted, confidence, 4, precision)
    assert chosen.thresholds.tolist() == pytest.approx(expected)


def test_shrinkage_by_hand():
    # From 0.5 on, 1 is right 90 times of 100, and all together 450 of 500: with ten shared answers
    # (90 + 9) / 110 = 0.9. From 0.75 on 90 of 90 and 450 of 490: (90 + 9.18) / 100 = 0.992.
    said = repeated((0, 0, 0.8, 350), (1, 0, 0.75, 40), (0, 0, 0.75, 10), (1, 1, 0.8, 90), (0, 1, 0.7, 10))
    assert class_thresholds(*said, 2, 0.899).thresholds[1] == 0.5
    assert class_thresholds(*said, 2, 0.901).thresholds[1] == 0.75
    assert class_thresholds(*said, 2, 0.993).thresholds[1] == 0.8


def test_a_few_answers_must_not_leave_a_category_far_below_what_is_wanted():
    # Of all answers 24.2 of 30 are right (9.2 of them shared ones): 0.81 on average, but with a probability
    # of 0.22 a category like this is right in less than 75%. Nine times as many leave no doubt.
    few = repeated((0, 0, 0.95, 40), (1, 1, 0.9, 10), (1, 1, 0.7, 5), (0, 1, 0.7, 5))
    assert class_thresholds(*few, 2, 0.8).thresholds[1] == 0.9
    many = repeated((0, 0, 0.95, 40), (1, 1, 0.9, 90), (1, 1, 0.7, 60), (0, 1, 0.7, 30))
    assert class_thresholds(*many, 2, 0.8).thresholds[1] == 0.5


def test_many_products_give_each_category_its_own_threshold():
    said = answers(40_000)
    chosen = class_thresholds(*said, 4, 0.9)
    assert (np.diff(chosen.thresholds) > 0).all()  # the harder, the higher
    assert chosen.thresholds[0] < chosen.overall < chosen.thresholds[3]
    for number in range(4):
        assert precision_of(*said, number, chosen.thresholds[number]) == pytest.approx(0.9, abs=0.01)
    assert chosen.rows.tolist() == np.bincount(said[1], minlength=4).tolist()


def test_a_category_with_too_few_answers_is_untested():
    few = LEAST_OWN - 1
    said = repeated((0, 0, 0.9, 100), (1, 1, 0.9, few), (2, 2, 0.9, LEAST_OWN))
    chosen = class_thresholds(*said, 4, 0.9)
    assert chosen.rows.tolist() == [100, few, LEAST_OWN, 0]
    assert chosen.thresholds.tolist() == [0.5, NEVER, 0.5, NEVER]


def test_where_all_answers_are_wrong_all_are_reviewed():
    chosen = class_thresholds(*repeated((1, 0, 0.9, 30)), 2, 0.9)
    assert chosen.thresholds.tolist() == [NEVER, NEVER]
    assert chosen.overall == NEVER


def test_no_threshold_is_below_one_half():
    chosen = class_thresholds(*repeated((0, 0, 0.3, 30), (1, 1, 0.9, 30)), 2, 0.9)
    assert chosen.thresholds.tolist() == [0.5, 0.5]


def test_the_worst_category_is_better_than_with_one_threshold_for_all():
    new = answers(100_000, seed=99)
    worst = {"one": [], "own": []}
    for seed in range(20):
        chosen = class_thresholds(*answers(1000, seed=seed), 4, 0.9)
        worst["one"].append(min(precision_of(*new, number, chosen.overall) for number in range(4)))
        worst["own"].append(min(precision_of(*new, number, chosen.thresholds[number]) for number in range(4)))
    assert np.mean(worst["own"]) > np.mean(worst["one"]) + 0.02


def test_no_products_are_refused():
    with pytest.raises(CatalogueError, match="no products"):
        class_thresholds(np.zeros(0, dtype=int), np.zeros(0, dtype=int), np.zeros(0), 2, 0.9)


def test_what_does_not_fit_is_refused():
    true, predicted, confidence = answers(10)
    with pytest.raises(ValueError, match="precision between 0 and 1, got 95"):
        class_thresholds(true, predicted, confidence, 4, 95)
    with pytest.raises(ValueError, match=r"a confidence per product, got \(9,\) for \(10,\)"):
        class_thresholds(true, predicted, confidence[1:], 4, 0.9)
    with pytest.raises(ValueError, match="class numbers from 0 to 1"):
        class_thresholds(true, predicted, confidence, 2, 0.9)

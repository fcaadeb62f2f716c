import tracemalloc

import numpy as np
import pytest

from core.faults.wrong_categories import find_wrong_categories, mean_probabilities


def confident(classes, k, p=0.9):
    proba = np.full((len(classes), k), (1 - p) / (k - 1))
    proba[np.arange(len(classes)), classes] = p
    return proba


def test_wrong_categories_have_the_highest_scores_and_the_right_suggestion():
    rng = np.random.default_rng(0)
    true = np.repeat(np.arange(4), 50)
    proba = np.stack([rng.dirichlet(1 + 12 * np.eye(4)[c]) for c in true])
    given = true.copy()
    changed = rng.choice(200, 10, replace=False)
    given[changed] = (true[changed] + 1) % 4
    issues = find_wrong_categories(given, proba)
    assert set(issues.ranking[:10]) == set(changed)
    assert issues.suggested[changed].tolist() == true[changed].tolist()
    assert issues.is_issue[changed].sum() >= 7
    assert issues.is_issue.sum() == issues.is_issue[changed].sum()
    assert issues.score[changed].min() > 0.5
    assert issues.score.min() >= 0 and issues.score.max() <= 1


def test_issues_are_the_highest_scores_that_prefer_another_category():
    rng = np.random.default_rng(3)
    y = rng.integers(0, 3, 120)
    issues = find_wrong_categories(y, rng.dirichlet(np.ones(3), 120))
    candidates = issues.ranking[issues.prefers_other[issues.ranking]]
    count = issues.is_issue.sum()
    assert 5 < count < len(candidates)
    assert set(np.flatnonzero(issues.is_issue)) == set(candidates[:count])
    assert (np.diff(issues.score[issues.ranking]) <= 0).all()


def test_right_categories_are_no_issue():
    y = np.tile([0, 1, 2], 10)
    issues = find_wrong_categories(y, confident(y, 3))
    assert not issues.is_issue.any() and not issues.prefers_other.any()
    assert issues.score == pytest.approx(0.1)
    assert (issues.suggested != y).all()


def test_rows_without_probabilities_are_not_judged():
    y = np.array([0, 0, 1, 1])
    proba = confident(np.array([0, 1, 1, 1]), 2)
    proba[3] = np.nan
    issues = find_wrong_categories(y, proba)
    assert issues.ranking.tolist() == [1, 0, 2]
    assert np.isnan(issues.score[3]) and issues.suggested[3] == -1
    assert issues.suggested.tolist() == [1, 1, 0, -1]
    assert issues.prefers_other.tolist() == [False, True, False, False]


def test_a_category_of_one_product():
    y = np.array([0] * 8 + [1] * 8 + [2])
    predicted = np.array([0] * 8 + [1] * 8 + [0])
    issues = find_wrong_categories(y, confident(predicted, 3))
    assert issues.ranking[0] == 16
    assert issues.suggested[16] == 0
    assert not issues.is_issue[:16].any()


def test_a_model_that_always_gives_the_same_category():
    y = np.tile([0, 1], 10)
    issues = find_wrong_categories(y, confident(np.zeros(20, int), 2))
    assert issues.suggested.tolist() == [1, 0] * 10
    assert issues.prefers_other.tolist() == [False, True] * 10
    assert not issues.is_issue[::2].any()


def test_no_issue_without_a_second_category_or_without_probabilities():
    assert not find_wrong_categories(np.zeros(3, int), confident(np.array([0, 1, 1]), 2)).is_issue.any()
    assert not find_wrong_categories(np.ones(3, int), confident(np.array([0, 1, 1]), 2)).is_issue.any()
    unknown = find_wrong_categories(np.array([0, 1]), np.full((2, 2), np.nan))
    assert len(unknown.ranking) == 0 and not unknown.is_issue.any()
    assert len(find_wrong_categories(np.zeros(0, int), np.zeros((0, 2))).score) == 0


@pytest.mark.parametrize(
    ("y", "proba", "message"),
    [
        ([0, 1], [[1.0, 0.0]], "expected categories"),
        ([0], [[1.0]], "2 or more"),
        ([2], [[1.0, 0.0]], "got 2 to 2"),
        ([-1], [[1.0, 0.0]], "got -1 to -1"),
        ([0], [[1.0, 0.5]], "sum to 1"),
        ([0], [[1.5, -0.5]], "at least 0"),
    ],
)
def test_bad_arrays_are_refused(y, proba, message):
    with pytest.raises(ValueError, match=message):
        find_wrong_categories(np.array(y), np.array(proba))


def test_the_mean_leaves_out_models_without_probabilities():
    text = np.array([[0.8, 0.2], [np.nan, np.nan], [np.nan, np.nan]])
    image = np.array([[0.4, 0.6], [0.1, 0.9], [np.nan, np.nan]])
    mean = mean_probabilities([text, image])
    assert mean[0] == pytest.approx([0.6, 0.4])
    assert mean[1] == pytest.approx([0.1, 0.9])
    assert np.isnan(mean[2]).all()
    assert mean_probabilities([text])[0] == pytest.approx([0.8, 0.2])


def test_the_mean_and_the_judgement_hold_few_copies():
    """A million products of fifty categories are 400 MB in float64."""
    rng = np.random.default_rng(0)
    y = rng.integers(20, size=5000)
    several = [rng.dirichlet(np.ones(20), size=5000).astype(np.float32) for _ in range(3)]
    several[1][::7] = np.nan
    size = 5000 * 20 * 8
    tracemalloc.start()
    mean = mean_probabilities(several)
    assert tracemalloc.get_traced_memory()[1] < 1.3 * size
    stacked = np.stack(several).astype(np.float64)
    assert (
        mean == np.where(np.isnan(stacked), 0, stacked).sum(axis=0) / np.isfinite(stacked).sum(axis=0)
    ).all()
    before = mean.copy()
    find_wrong_categories(y, mean)  # what it imports counts only once
    tracemalloc.reset_peak()
    held = tracemalloc.get_traced_memory()[0]
    find_wrong_categories(y, mean)
    assert tracemalloc.get_traced_memory()[1] - held < 2.8 * size
    tracemalloc.stop()
    assert (mean == before).all()

import numpy as np
import pytest

from core.faults.labels import mean_opinion, suspect_labels


def sure_of(classes, k, p=0.9):
    proba = np.full((len(classes), k), (1 - p) / (k - 1))
    proba[np.arange(len(classes)), classes] = p
    return proba


def test_flipped_labels_come_first_with_the_right_suggestion():
    rng = np.random.default_rng(0)
    true = np.repeat(np.arange(4), 50)
    proba = np.stack([rng.dirichlet(1 + 12 * np.eye(4)[c]) for c in true])
    given = true.copy()
    flipped = rng.choice(200, 10, replace=False)
    given[flipped] = (true[flipped] + 1) % 4
    doubts = suspect_labels(given, proba)
    assert set(doubts.ranking[:10]) == set(flipped)
    assert doubts.suggested[flipped].tolist() == true[flipped].tolist()
    assert doubts.is_issue[flipped].sum() >= 7
    assert doubts.is_issue.sum() == doubts.is_issue[flipped].sum()
    assert doubts.score[flipped].min() > 0.5
    assert doubts.score.min() >= 0 and doubts.score.max() <= 1


def test_issues_are_the_head_of_the_ranking_of_those_that_prefer_another_class():
    rng = np.random.default_rng(3)
    y = rng.integers(0, 3, 120)
    doubts = suspect_labels(y, rng.dirichlet(np.ones(3), 120))
    disputed = doubts.ranking[doubts.prefers_other[doubts.ranking]]
    count = doubts.is_issue.sum()
    assert 5 < count < len(disputed)
    assert set(np.flatnonzero(doubts.is_issue)) == set(disputed[:count])
    assert (np.diff(doubts.score[doubts.ranking]) <= 0).all()


def test_right_labels_are_left_alone():
    y = np.tile([0, 1, 2], 10)
    doubts = suspect_labels(y, sure_of(y, 3))
    assert not doubts.is_issue.any() and not doubts.prefers_other.any()
    assert doubts.score == pytest.approx(0.1)
    assert (doubts.suggested != y).all()


def test_rows_without_an_opinion_are_not_judged():
    y = np.array([0, 0, 1, 1])
    proba = sure_of(np.array([0, 1, 1, 1]), 2)
    proba[3] = np.nan
    doubts = suspect_labels(y, proba)
    assert doubts.ranking.tolist() == [1, 0, 2]
    assert np.isnan(doubts.score[3]) and doubts.suggested[3] == -1
    assert doubts.suggested.tolist() == [1, 1, 0, -1]
    assert doubts.prefers_other.tolist() == [False, True, False, False]


def test_a_class_of_one_row_breaks_nothing():
    y = np.array([0] * 8 + [1] * 8 + [2])
    says = np.array([0] * 8 + [1] * 8 + [0])
    doubts = suspect_labels(y, sure_of(says, 3))
    assert doubts.ranking[0] == 16
    assert doubts.suggested[16] == 0
    assert not doubts.is_issue[:16].any()


def test_a_model_that_always_says_the_same():
    y = np.tile([0, 1], 10)
    doubts = suspect_labels(y, sure_of(np.zeros(20, int), 2))
    assert doubts.suggested.tolist() == [1, 0] * 10
    assert doubts.prefers_other.tolist() == [False, True] * 10
    assert not doubts.is_issue[::2].any()


def test_no_issue_where_there_is_nothing_to_compare():
    assert not suspect_labels(np.zeros(3, int), sure_of(np.array([0, 1, 1]), 2)).is_issue.any()
    assert not suspect_labels(np.ones(3, int), sure_of(np.array([0, 1, 1]), 2)).is_issue.any()
    nobody = suspect_labels(np.array([0, 1]), np.full((2, 2), np.nan))
    assert len(nobody.ranking) == 0 and not nobody.is_issue.any()
    assert len(suspect_labels(np.zeros(0, int), np.zeros((0, 2))).score) == 0


@pytest.mark.parametrize(
    ("y", "proba", "message"),
    [
        ([0, 1], [[1.0, 0.0]], "expected labels"),
        ([0], [[1.0]], "2 or more"),
        ([2], [[1.0, 0.0]], "got 2 to 2"),
        ([-1], [[1.0, 0.0]], "got -1 to -1"),
        ([0], [[1.0, 0.5]], "sum to 1"),
        ([0], [[1.5, -0.5]], "at least 0"),
    ],
)
def test_bad_arrays_are_refused(y, proba, message):
    with pytest.raises(ValueError, match=message):
        suspect_labels(np.array(y), np.array(proba))


def test_opinions_are_averaged_over_those_who_have_one():
    text = np.array([[0.8, 0.2], [np.nan, np.nan], [np.nan, np.nan]])
    image = np.array([[0.4, 0.6], [0.1, 0.9], [np.nan, np.nan]])
    mean = mean_opinion([text, image])
    assert mean[0] == pytest.approx([0.6, 0.4])
    assert mean[1] == pytest.approx([0.1, 0.9])
    assert np.isnan(mean[2]).all()
    assert mean_opinion([text])[0] == pytest.approx([0.8, 0.2])

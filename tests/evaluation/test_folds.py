import warnings

import numpy as np
import pytest

from core.common.engine import THIS_PROCESS
from core.common.errors import CatalogueError
from core.evaluation.folds import able_trials, answers, logistic, out_of_fold, predict, together, trials_of


def recording(k, folds):
    def fit_predict(train, test):
        folds.append((train, test))
        return np.full((len(test), k), 1 / k)

    return fit_predict


def test_no_product_is_predicted_by_a_model_trained_on_its_group():
    y = np.tile([0, 1, 2], 20)
    groups = np.repeat(np.arange(20), 3)
    seen = []
    proba = out_of_fold(recording(3, seen), y, groups, folds=4)
    assert len(seen) == 4
    assert np.sort(np.concatenate([test for _, test in seen])).tolist() == list(range(60))
    for train, test in seen:
        assert not set(groups[train]) & set(groups[test])
        assert len(train) + len(test) == 60
        assert np.bincount(y[test]).tolist() == [5, 5, 5]
    assert proba == pytest.approx(1 / 3)
    assert proba.dtype == np.float32


def test_each_row_gets_its_own_prediction():
    y = np.tile([0, 1], 15)

    def fit_predict(train, test):
        return np.stack([test / 100, 1 - test / 100], axis=1)

    assert out_of_fold(fit_predict, y, np.arange(30))[:, 0] == pytest.approx(np.arange(30) / 100)


def test_the_seed_decides_the_folds():
    y, groups = np.tile([0, 1], 25), np.arange(50)
    folds = []
    for seed in (0, 0, 1):
        seen = []
        out_of_fold(recording(2, seen), y, groups, seed=seed)
        folds.append([test.tolist() for _, test in seen])
    assert folds[0] == folds[1] != folds[2]


def test_a_class_of_one_group_has_no_prediction():
    y = np.array([0] * 10 + [1] * 10 + [2, 2])
    groups = np.array([*range(20), 20, 20])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        proba = out_of_fold(recording(3, []), y, groups)
    assert np.isnan(proba[20:]).all()
    assert np.isfinite(proba[:20]).all()


def test_rows_without_the_modality_take_no_part():
    y, groups = np.tile([0, 1], 10), np.arange(20)
    present = np.arange(20) != 7
    seen = []
    proba = out_of_fold(recording(2, seen), y, groups, present=present)
    assert np.flatnonzero(np.isnan(proba).any(axis=1)).tolist() == [7]
    assert not any(7 in train or 7 in test for train, test in seen)


def test_few_groups_make_few_folds():
    seen = []
    proba = out_of_fold(recording(2, seen), np.array([0, 1, 0, 1, 1]), np.array([0, 0, 1, 1, 1]), folds=5)
    assert len(seen) == 2
    assert np.isfinite(proba).all()


def test_every_class_smaller_than_the_number_of_folds():
    proba = out_of_fold(recording(3, []), np.array([0, 0, 1, 1, 2, 2]), np.arange(6), folds=5)
    assert np.isfinite(proba).all()


def test_too_few_classes_or_groups_are_refused():
    with pytest.raises(CatalogueError, match="got 1 and 4"):
        out_of_fold(recording(2, []), np.zeros(4, int), np.arange(4))
    with pytest.raises(CatalogueError, match="got 2 and 1"):
        out_of_fold(recording(2, []), np.array([0, 1]), np.array([5, 5]))
    with pytest.raises(CatalogueError, match="got 0 and 0"):
        out_of_fold(recording(2, []), np.array([0, 1]), np.arange(2), present=np.zeros(2, bool))
    with pytest.raises(CatalogueError, match="two different products each"):
        out_of_fold(recording(2, []), np.array([0, 1]), np.arange(2))


def test_arrays_must_fit():
    with pytest.raises(ValueError, match=r"got \(3,\) and \(2,\)"):
        out_of_fold(recording(2, []), np.zeros(3, int), np.zeros(2, int))
    with pytest.raises(ValueError, match=r"expected probabilities \(\d+, 2\), got \(1, 2\)"):
        out_of_fold(lambda train, test: np.zeros((1, 2)), np.tile([0, 1], 20), np.arange(40))


def test_logistic_regression_gives_untrained_classes_probability_zero():
    rng = np.random.default_rng(0)
    y = np.repeat([0, 2], 30)
    vectors = rng.normal(size=(60, 5)).astype(np.float32)
    vectors[:, 0] += y * 4
    proba = out_of_fold(logistic(vectors, y, 4), y, np.arange(60))
    assert proba.shape == (60, 4)
    assert (proba.argmax(axis=1) == y).mean() > 0.95
    assert proba[:, [1, 3]].max() == 0
    assert proba.sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_answers_of_given_trials():
    y = np.array([0, 1, 0, 1, 2, 0])
    trials = [
        (recording(3, []), np.array([0, 1]), np.array([2, 4])),
        (recording(3, []), np.array([2, 3]), np.array([0])),
    ]
    proba = answers(trials, y)
    assert np.isfinite(proba).all(axis=1).tolist() == [True, False, True, False, False, False]


def test_folds_at_once_give_the_same():
    rng = np.random.default_rng(0)
    y = np.tile([0, 1, 2], 40)
    vectors = np.eye(5)[y] + rng.normal(scale=0.5, size=(120, 5))
    trials = able_trials(trials_of(logistic(vectors, y, 3), y, np.arange(120), folds=3), y)
    one, several = (
        together(trials, THIS_PROCESS.map(predict, trials, threads=threads), y) for threads in (1, 3)
    )
    np.testing.assert_array_equal(one, several)

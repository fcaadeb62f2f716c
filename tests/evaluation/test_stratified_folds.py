import warnings

import numpy as np
import pytest
from sklearn.model_selection import StratifiedGroupKFold

from core.evaluation.stratified_folds import stratified_folds


def theirs(y, groups, folds, seed):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        yield from StratifiedGroupKFold(folds, shuffle=True, random_state=seed).split(y, y, groups)


def catalogue(seed):
    """Products of uneven categories; most groups are small and of one category, some are neither."""
    rng = np.random.default_rng(seed)
    n, classes = int(rng.integers(30, 900)), int(rng.integers(2, 60))
    shares = rng.dirichlet(np.full(classes, 0.5))
    groups = rng.integers(int(rng.integers(10, n)), size=n)
    y = rng.choice(classes, size=n, p=shares)
    together = rng.random(groups.max() + 1) < 0.8
    own = rng.choice(classes, size=groups.max() + 1, p=shares)
    return np.where(together[groups], own[groups], y) * 3, groups * 7


@pytest.mark.parametrize("seed", range(60))
def test_folds_are_those_of_scikit_learn(seed):
    y, groups = catalogue(seed)
    folds = min(2 + seed % 5, len(np.unique(groups)), int(np.bincount(y).max()))
    if folds < 2:
        pytest.skip("nothing to divide")
    ours = [(train.tolist(), test.tolist()) for train, test in stratified_folds(y, groups, folds, seed)]
    expected = [(train.tolist(), test.tolist()) for train, test in theirs(y, groups, folds, seed)]
    assert ours == expected


@pytest.mark.parametrize("classes", [1, 2, 49])
def test_products_that_are_all_different_are_divided_alike(classes):
    y = np.random.default_rng(classes).integers(classes, size=2000)
    groups = np.arange(2000)
    ours = [test.tolist() for _, test in stratified_folds(y, groups, 3, 0)]
    if classes > 1:
        assert ours == [test.tolist() for _, test in theirs(y, groups, 3, 0)]
    assert sorted(row for test in ours for row in test) == list(range(2000))


def test_blocks_of_groups_change_nothing(monkeypatch):
    y, groups = catalogue(5)
    whole = [test.tolist() for _, test in stratified_folds(y, groups, 3, 0)]
    monkeypatch.setattr("core.evaluation.stratified_folds.BLOCK", 7)
    assert [test.tolist() for _, test in stratified_folds(y, groups, 3, 0)] == whole

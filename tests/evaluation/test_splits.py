import time

import numpy as np
import pytest

from core.common.errors import CatalogueError
from core.evaluation.splits import PARTS, make_split


def share(split, rows):
    return np.array([np.isin(rows, getattr(split, part)).mean() for part in PARTS])


def check(split, labels, groups):
    labels, groups = np.asarray(labels), np.asarray(groups)
    everything = np.concatenate([split.train, split.validation, split.test])
    assert np.array_equal(np.sort(everything), np.arange(len(labels)))
    parts = split.parts
    for number in np.unique(groups):
        assert len(set(parts[groups == number])) == 1
    assert set(labels[split.train]) == set(labels)


def catalogue(n=3000, classes=12, products=2200, seed=0):
    """Labels and groups with unequal classes; a product's rows nearly always have one label."""
    rng = np.random.default_rng(seed)
    weights = 1 / np.arange(1, classes + 1)
    of_product = rng.choice(classes, products, p=weights / weights.sum())
    groups = np.concatenate([np.arange(products), rng.integers(0, products, n - products)])
    y = of_product[groups]
    moved = rng.random(n) < 0.01
    y[moved] = rng.integers(0, classes, moved.sum())
    return np.array([f"class {number:02}" for number in y], dtype=object), groups


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_splits_are_70_10_20_overall_and_in_each_class(seed):
    labels, groups = catalogue(seed=seed)
    split = make_split(labels, groups, seed=seed)
    check(split, labels, groups)
    assert share(split, np.arange(len(labels))) == pytest.approx([0.7, 0.1, 0.2], abs=0.01)
    for name in set(labels):
        rows = np.flatnonzero(labels == name)
        assert share(split, rows) == pytest.approx([0.7, 0.1, 0.2], abs=0.01 + 4 / len(rows))


def test_a_seed_gives_one_split_and_another_seed_another():
    labels, groups = catalogue()
    first, again, other = (make_split(labels, groups, seed=seed) for seed in (5, 5, 6))
    assert np.array_equal(first.parts, again.parts)
    assert (first.parts != other.parts).mean() > 0.2
    assert first.seed == 5
    assert first.test.dtype == np.int64


def test_group_numbers_do_not_matter():
    labels, groups = catalogue(n=300, products=200)
    assert np.array_equal(make_split(labels, groups).parts, make_split(labels, groups * 7 + 100).parts)


def test_every_split_has_repeated_products():
    """Else test rows would be unlike the catalogue."""
    labels, groups = catalogue(n=6000, products=4000)
    split = make_split(labels, groups)
    repeated = np.bincount(groups)[groups] > 1
    for part in PARTS:
        assert repeated[getattr(split, part)].mean() == pytest.approx(repeated.mean(), abs=0.05)


def test_a_large_group_stays_whole_and_leaves_products_to_test():
    labels = ["a"] * 500 + ["b"] * 500
    groups = np.r_[np.zeros(400, int), np.arange(1, 101), np.arange(101, 601)]
    split = make_split(labels, groups)
    check(split, labels, groups)
    assert 0 in groups[split.train]
    assert share(split, np.arange(500, 1000)) == pytest.approx([0.7, 0.1, 0.2], abs=0.02)
    assert len(split.test) >= 150


def test_a_large_group_of_many_classes():
    labels, groups = catalogue()
    groups = np.where(np.arange(len(groups)) % 3 == 0, 10_000, groups)
    split = make_split(labels, groups)
    check(split, labels, groups)
    assert share(split, np.arange(len(labels))) == pytest.approx([0.7, 0.1, 0.2], abs=0.02)


def test_classes_of_three_rows():
    labels = [f"class {number}" for number in range(40) for _ in range(3)]
    groups = np.arange(120)
    split = make_split(labels, groups)
    check(split, labels, groups)
    assert share(split, np.arange(120)) == pytest.approx([0.7, 0.1, 0.2], abs=0.05)


def test_a_class_of_one_product_is_in_training():
    labels = ["lonely"] * 9 + ["common"] * 91
    groups = np.r_[np.zeros(9, int), np.arange(1, 92)]
    split = make_split(labels, groups)
    check(split, labels, groups)


def test_a_class_without_groups_of_its_own_is_in_training():
    """`follower` sits in one group only, and the rarer `leader` in it has had its share of train already."""
    labels = ["leader"] * 40 + ["other"] * 100 + ["leader"] * 10 + ["follower"] * 60 + ["other"] * 300
    groups = np.r_[np.zeros(140, int), np.ones(70, int), np.arange(2, 302)]
    for seed in range(5):
        check(make_split(labels, groups, seed=seed), labels, groups)


@pytest.mark.parametrize("seed", range(5))
def test_a_few_groups_fill_every_part(seed):
    """Of two classes with two products each, one of each is for training; the others go one to a part."""
    labels = ["a"] * 12 + ["b"] * 12
    groups = np.repeat(np.arange(4), 6)
    split = make_split(labels, groups, seed=seed)
    check(split, labels, groups)
    assert [len(split.train), len(split.validation), len(split.test)] == [12, 6, 6]


@pytest.mark.parametrize("groups", [np.zeros(50, int), np.repeat([0, 1], 25)])
def test_too_few_products_are_refused_in_one_line(groups):
    with pytest.raises(CatalogueError, match="too few different products") as error:
        make_split(["a"] * 50, groups)
    assert "\n" not in str(error.value)


def test_empty_and_unequal_arrays_are_refused():
    with pytest.raises(CatalogueError, match="empty"):
        make_split([], np.array([], dtype=int))
    with pytest.raises(ValueError, match="2 labels, 3 groups"):
        make_split(["a", "b"], np.arange(3))


def test_37589_rows_take_seconds():
    labels, groups = catalogue(n=37_589, classes=24, products=27_000)
    start = time.process_time()
    split = make_split(labels, groups)
    assert time.process_time() - start < 10
    assert share(split, np.arange(len(labels))) == pytest.approx([0.7, 0.1, 0.2], abs=0.005)


@pytest.mark.data
def test_no_real_name_is_in_two_splits(data_dir):
    import csv

    with (data_dir("fashion") / "styles.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names = np.array([row["productDisplayName"] for row in rows], dtype=object)
    labels = np.array([row["subCategory"] for row in rows], dtype=object)
    split = make_split(labels, np.unique(names, return_inverse=True)[1])
    assert not set(names[split.train]) & set(names[np.r_[split.validation, split.test]])
    assert share(split, np.arange(len(rows))) == pytest.approx([0.7, 0.1, 0.2], abs=0.005)
    assert set(labels[split.train]) == set(labels)


@pytest.mark.parametrize("known", [0.05, 0.5, 0.9])
def test_products_an_encoder_was_trained_on_are_not_tested(known):
    rng = np.random.default_rng(0)
    labels = rng.choice(["a", "b", "c"], 600)
    groups = rng.integers(0, 300, 600)
    learned = np.isin(groups, np.flatnonzero(rng.random(300) < known))
    learned &= rng.random(600) < 0.8  # some rows of a group are enough
    split = make_split(labels, groups, seed=1, learned=learned)
    evaluated = np.concatenate([split.validation, split.test])
    assert not set(groups[evaluated]) & set(groups[learned])
    for one, other in (
        (split.train, split.test),
        (split.validation, split.test),
        (split.train, split.validation),
    ):
        assert not set(groups[one]) & set(groups[other])
    assert len(split.test) / len(split.validation) == pytest.approx(2, abs=0.5)
    if known < 0.5:
        assert len(split.train) / 600 == pytest.approx(0.7, abs=0.02)


def test_an_encoder_trained_on_none_changes_nothing():
    labels = np.random.default_rng(0).choice(["a", "b"], 100)
    plain, untouched = (
        make_split(labels, np.arange(100), learned=none) for none in (None, np.zeros(100, bool))
    )
    np.testing.assert_array_equal(plain.parts, untouched.parts)


def test_an_encoder_trained_on_all_is_refused_in_one_line():
    with pytest.raises(CatalogueError, match="validation split"):
        make_split(["a", "b"] * 20, np.arange(40), learned=np.ones(40, dtype=bool))


@pytest.mark.parametrize(("validation", "test"), [(0.15, 0.25), (0.05, 0.5), (0.4, 0.45)])
def test_other_sizes(validation, test):
    labels = list(np.random.default_rng(0).choice(list("abcdefgh"), 900))
    split = make_split(labels, np.arange(900) // 2, validation_share=validation, test_share=test)
    check(split, labels, np.arange(900) // 2)
    assert len(split.validation) / 900 == pytest.approx(validation, abs=0.02)
    assert len(split.test) / 900 == pytest.approx(test, abs=0.02)


def test_sizes_that_leave_nothing_to_learn_from():
    with pytest.raises(ValueError, match="shares above 0"):
        make_split(["a"] * 20, np.arange(20), validation_share=0.5, test_share=0.5)

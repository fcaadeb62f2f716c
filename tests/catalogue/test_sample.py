"""A stratified sample of rows."""

import numpy as np
import pandas as pd

from core.catalogue.sample import stratified_sample


def labels(**counts: int) -> pd.Series:
    return pd.Series(np.repeat(list(counts), list(counts.values())))


def test_categories_keep_their_proportions():
    categories = labels(a=6000, b=3000, c=1000)
    chosen = stratified_sample(categories, 500, seed=0)
    assert chosen.sum() == 500
    assert categories[chosen].value_counts().to_dict() == {"a": 300, "b": 150, "c": 50}


def test_small_categories_keep_ten_rows():
    categories = labels(a=10_000, b=30)
    assert categories[stratified_sample(categories, 100, seed=0)].value_counts().to_dict() == {
        "a": 90,
        "b": 10,
    }


def test_a_sample_smaller_than_that_is_shared_out_evenly():
    categories = labels(a=500, b=50, c=50)
    assert categories[stratified_sample(categories, 6, seed=0)].value_counts().to_dict() == {
        "a": 2,
        "b": 2,
        "c": 2,
    }


def test_the_seed_decides():
    categories = labels(a=500, b=500)
    same = [stratified_sample(categories, 100, seed) for seed in (1, 1, 2)]
    assert (same[0] == same[1]).all() and (same[0] != same[2]).any()


def test_no_more_rows_than_there_are():
    assert stratified_sample(labels(a=3), 10, seed=0).all()


def test_the_index_does_not_matter():
    categories = labels(a=20, b=20)
    shifted = categories.set_axis(range(100, 140))
    assert (stratified_sample(categories, 25, 0) == stratified_sample(shifted, 25, 0)).all()

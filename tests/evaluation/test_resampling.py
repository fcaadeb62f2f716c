import numpy as np
import pytest

from core.common.errors import CatalogueError
from core.evaluation.resampling import resample


def test_each_resample_has_as_many_rows_as_there_are():
    sample = resample(np.array([5, 2, 5, 9, 2, 5]), resamples=50)
    assert sample.outcomes.tolist() == [2, 5, 9]
    assert sample.observed.tolist() == [2, 3, 1]
    assert sample.drawn.shape == (50, 3)
    assert (sample.drawn.sum(axis=1) == 6).all()
    assert sample.products == 6


def test_counts_are_distributed_as_if_rows_were_drawn():
    outcomes = np.repeat([0, 1, 2], [10, 25, 65])
    sample = resample(outcomes, resamples=20_000, seed=3)
    shares = np.array([0.1, 0.25, 0.65])
    assert sample.drawn.mean(axis=0) == pytest.approx(100 * shares, abs=0.2)
    expected = 100 * (np.diag(shares) - np.outer(shares, shares))
    assert np.cov(sample.drawn.T) == pytest.approx(expected, abs=0.8)


def test_rows_of_a_product_are_drawn_together():
    outcomes, groups = np.array([0, 1, 1, 0, 2, 1, 0]), np.array([4, 4, 8, 4, 1, 8, 0])
    sample = resample(outcomes, groups, resamples=500)
    # Products: {0, 1, 0}, {1, 1}, {2}, {0}, drawn a, b, c and d times, four together.
    assert sample.products == 4
    assert (sample.kinds.toarray() * sample.repeats[:, None]).sum(axis=0).tolist() == [3, 3, 1]
    assert len(np.unique(sample.drawn, axis=0)) > 10
    times = [(a, b, c, 4 - a - b - c) for a in range(5) for b in range(5 - a) for c in range(5 - a - b)]
    possible = {(2 * a + d, a + 2 * b, c) for a, b, c, d in times}
    assert {tuple(row) for row in sample.drawn.tolist()} <= possible


def test_products_of_one_row_are_rows():
    outcomes = np.random.default_rng(0).integers(0, 4, 60)
    alone = resample(outcomes, np.random.default_rng(1).permutation(60), resamples=4000, seed=1)
    plain = resample(outcomes, resamples=4000, seed=2)
    assert alone.products == plain.products == 60
    assert alone.observed.tolist() == plain.observed.tolist()
    assert alone.drawn.mean(axis=0) == pytest.approx(plain.drawn.mean(axis=0), abs=0.3)
    assert alone.drawn.std(axis=0) == pytest.approx(plain.drawn.std(axis=0), rel=0.06)


def test_the_order_of_rows_within_a_product_does_not_matter():
    sample = resample(np.array([0, 1, 1, 0]), np.array([0, 0, 1, 1]))
    assert sample.repeats.tolist() == [2]
    assert (sample.drawn == [2, 2]).all()


def test_a_seed_gives_the_same_draws_and_another_gives_others():
    outcomes = np.arange(30) % 3
    one, again, other = (resample(outcomes, resamples=40, seed=seed).drawn for seed in (1, 1, 2))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


@pytest.mark.parametrize(
    ("outcomes", "settings", "kind", "message"),
    [
        ([], {}, CatalogueError, "no products"),
        ([1, 2], {"groups": [0]}, ValueError, "each of 2 rows"),
        ([1], {"resamples": 0}, ValueError, "one resample"),
    ],
)
def test_unfit_arrays_are_refused(outcomes, settings, kind, message):
    with pytest.raises(kind, match=message):
        resample(np.array(outcomes, dtype=int), **settings)

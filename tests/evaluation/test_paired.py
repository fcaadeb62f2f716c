from itertools import combinations, pairwise

import numpy as np
import pytest
import scipy.stats

from core.common.errors import CatalogueError
from core.evaluation.paired import EXACT_UP_TO, adjusted, compare


def predictions(both_right, only_first, only_second, both_wrong):
    counts = (both_right, only_first, only_second, both_wrong)
    first, second = (np.repeat(flags, counts) for flags in ([1, 1, 0, 0], [1, 0, 1, 0]))
    return np.ones(sum(counts), dtype=int), first, second


def test_counts_difference_and_p_value():
    result = compare(*predictions(50, 12, 5, 3))
    assert (result.both_right, result.only_first, result.only_second, result.both_wrong) == (50, 12, 5, 3)
    assert result.n == 70
    assert result.difference.value == pytest.approx(0.1)
    assert result.test == "exact"
    assert result.p_value == result.adjusted_p_value == pytest.approx(scipy.stats.binomtest(5, 17).pvalue)
    other = compare(*predictions(50, 5, 12, 3))
    assert other.difference.value == pytest.approx(-0.1)
    assert other.p_value == pytest.approx(result.p_value)


def test_wrong_in_different_ways_is_both_wrong():
    result = compare(np.array([0, 0]), np.array([1, 0]), np.array([2, 0]))
    assert (result.both_wrong, result.both_right) == (1, 1)


def test_the_chosen_test_is_used():
    rows = predictions(13, 7, 1, 0)
    assert [
        round(compare(*rows, test=test).p_value, 4) for test in ("auto", "exact", "mid-p", "chi-square")
    ] == [
        0.0703,
        0.0703,
        0.0391,
        0.0771,
    ]
    many = predictions(9000, EXACT_UP_TO // 2 + 50, EXACT_UP_TO // 2, 0)
    assert compare(*many).test == "chi-square"
    assert compare(*many).p_value == pytest.approx(compare(*many, test="exact").p_value, rel=0.02)


def test_on_many_products_the_interval_agrees_with_scipys_bootstrap():
    y, first, second = predictions(700, 120, 80, 100)
    ours = compare(y, first, second, resamples=9000).difference
    scipys = scipy.stats.bootstrap(
        ((first == y).astype(float) - (second == y),), np.mean, method="percentile", n_resamples=9000, rng=0
    ).confidence_interval
    assert (ours.low, ours.high) == pytest.approx((scipys.low, scipys.high), abs=0.002)


def test_on_few_products_the_interval_has_its_coverage():
    rng, covered = np.random.default_rng(1), 0
    for seed in range(300):
        outcome = rng.choice(3, size=60, p=[0.88, 0.09, 0.03])
        first, second = np.array([1, 1, 0])[outcome], np.array([1, 0, 1])[outcome]
        covered += 0.06 in compare(np.ones(60, dtype=int), first, second, resamples=400, seed=seed).difference
    assert covered >= 275  # 285 expected; 272 without the pseudo-products


def test_copies_of_a_product_are_no_more_evidence():
    y, first, second = predictions(30, 9, 2, 4)
    rows = np.repeat(np.arange(len(y)), 5)
    once = compare(y, first, second)
    blind = compare(y[rows], first[rows], second[rows])
    knowing = compare(y[rows], first[rows], second[rows], groups=rows)
    assert knowing.p_value == pytest.approx(once.p_value)
    assert blind.p_value < 1e-4 < knowing.p_value
    width = {r: r.difference.high - r.difference.low for r in (once, blind, knowing)}
    assert width[knowing] > 0.9 * width[once] > 1.5 * width[blind]


def test_one_product_is_no_evidence():
    for counts in ((1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 0, 1)):
        result = compare(*predictions(*counts))
        assert result.p_value == 1
        assert result.difference.low <= -0.9
        assert result.difference.high >= 0.9
        assert result.could_be_chance


def test_the_interval_of_heads_that_agree_is_not_a_point():
    few, many = (compare(*predictions(n, 0, 0, 0)).difference for n in (30, 3000))
    assert few.value == 0
    assert few.low < -0.03
    assert few.high > 0.03
    assert 0 < many.high < 0.002


def test_all_right_against_all_wrong():
    result = compare(*predictions(0, 40, 0, 0))
    assert result.difference.value == result.difference.high == 1
    assert 0.8 < result.difference.low < 0.95
    assert result.p_value == pytest.approx(2 * 0.5**40)
    assert "p < 0.001" in result.sentence


def test_the_result_is_told_in_a_sentence():
    names = ("Text + image", "Text")
    chance = compare(*predictions(120, 5, 3, 20), names=names)
    assert chance.could_be_chance
    assert chance.sentence == (
        "Text + image is right on 5 products that Text gets wrong, and wrong on 3 products that Text gets "
        "right. The difference could be chance (p = 0.73)."
    )
    clear = compare(*predictions(120, 12, 1, 20), names=names)
    assert not clear.could_be_chance
    assert clear.sentence.endswith(
        "wrong on 1 product that Text gets right. The difference is statistically clear (p = 0.0034)."
    )
    same = compare(*predictions(9, 0, 0, 1), names=names)
    assert same.sentence == "Text + image and Text are right on the same products."


def test_the_level_decides_what_is_statistically_clear():
    rows = predictions(120, 12, 3, 20)
    assert not compare(*rows).could_be_chance
    assert compare(*rows, level=0.99).could_be_chance


def test_comparisons_made_together_have_adjusted_p_values():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 4, 300)
    heads = [np.where(rng.random(300) < skill, y, 0) for skill in (0.7, 0.75, 0.8, 0.95)]
    together = adjusted([compare(y, *pair, resamples=200) for pair in combinations(heads, 2)])
    assert len(together) == 6
    ordered = sorted(together, key=lambda one: one.p_value)
    assert ordered[0].adjusted_p_value == pytest.approx(6 * ordered[0].p_value)
    assert all(one.adjusted_p_value >= one.p_value for one in together)
    assert all(a.adjusted_p_value <= b.adjusted_p_value for a, b in pairwise(ordered))
    assert adjusted([]) == []


@pytest.mark.parametrize(
    ("y", "first", "second", "settings", "kind", "message"),
    [
        ([], [], [], {}, CatalogueError, "no products"),
        ([0, 1], [0, 1], [0], {}, ValueError, "one per product"),
        ([0, 1], [0, 1], [0, 1], {"test": "t"}, ValueError, "chi-square, got 't'"),
        ([0, 1], [0, 1], [0, 1], {"level": 2}, ValueError, "level between"),
        ([0, 1], [0, 1], [0, 1], {"groups": [0]}, ValueError, "each of 2 rows"),
    ],
)
def test_unfit_arrays_are_refused(y, first, second, settings, kind, message):
    with pytest.raises(kind, match=message):
        compare(*(np.array(column, dtype=int) for column in (y, first, second)), **settings)

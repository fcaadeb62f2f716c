import time

import numpy as np
import pytest
import scipy.stats
from sklearn import metrics

from core.common.errors import CatalogueError
from core.evaluation.intervals import Interval, bootstrap_interval, score_intervals, wilson
from core.evaluation.resampling import resample


def answers(n=200, k=5, seed=0, skill=0.8):
    rng = np.random.default_rng(seed)
    y = rng.choice(k, size=n, p=np.arange(k, 0, -1) / (k * (k + 1) / 2))
    return y, np.where(rng.random(n) < skill, y, rng.integers(0, k, n))


def f1_scores(y, predicted, k=5):
    confusion = np.bincount(y * k + predicted, minlength=k * k).reshape(k, k)
    support, guesses = confusion.sum(axis=1), confusion.sum(axis=0)
    occurs = support + guesses > 0
    f1 = 2 * np.diag(confusion)[occurs] / (support + guesses)[occurs]
    return f1.mean(), f1 @ support[occurs] / len(y)


FIGURES = {
    "accuracy": lambda y, p: (y == p).mean(),
    "macro_f1": lambda y, p: f1_scores(y, p)[0],
    "weighted_f1": lambda y, p: f1_scores(y, p)[1],
}


@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    [
        # Newcombe (1998, Statistics in Medicine 17, 857-872), table I, score without correction.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_the_published_limits(right, n, low, high):
    interval = wilson(right, n)
    assert interval.value == right / n
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=5e-5)
    assert interval.low >= 0


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
@pytest.mark.parametrize(("right", "n"), [(0, 1), (1, 1), (3, 7), (40, 40), (733, 1000)])
def test_wilson_agrees_with_scipy(right, n, level):
    expected = scipy.stats.binomtest(right, n).proportion_ci(level, method="wilson")
    interval = wilson(right, n, level)
    assert (interval.low, interval.high) == pytest.approx((expected.low, expected.high), abs=1e-12)
    assert interval.level == level


def test_wilson_solves_its_equation():
    interval, z = wilson(30, 40), scipy.stats.norm.ppf(0.975)
    for limit in (interval.low, interval.high):
        assert abs(0.75 - limit) == pytest.approx(z * np.sqrt(limit * (1 - limit) / 40))


@pytest.mark.parametrize(
    ("right", "n", "level"), [(1, 0, 0.9), (3, 2, 0.9), (-1, 2, 0.9), (1, 2, 0), (1, 2, 95)]
)
def test_wilson_refuses_impossible_counts(right, n, level):
    with pytest.raises(ValueError, match="expected"):
        wilson(right, n, level)


@pytest.mark.parametrize("method", ["percentile", "bca"])
@pytest.mark.parametrize("figure", FIGURES)
def test_intervals_agree_with_scipys_bootstrap(figure, method):
    y, predicted = answers()
    ours = getattr(score_intervals(y, predicted, 5, method=method, resamples=9000, seed=1), figure)
    scipys = scipy.stats.bootstrap(
        (y, predicted), FIGURES[figure], paired=True, vectorized=False, n_resamples=4000, method=method, rng=2
    ).confidence_interval
    assert ours.value == pytest.approx(FIGURES[figure](y, predicted))
    # The limits of repeated runs of either differ by about 0.0015 (one standard deviation).
    assert (ours.low, ours.high) == pytest.approx((scipys.low, scipys.high), abs=0.007)


def test_a_biased_statistic_is_corrected_as_scipy_does():
    # Rare classes: resamples lose some and have a lower macro F1 than the rows they come from.
    y, predicted = answers(120, 15, seed=2, skill=0.5)
    y[:15] = np.arange(15)  # each class has a product
    plain, moved = (
        score_intervals(y, predicted, 15, method=method, resamples=9000).macro_f1
        for method in ("percentile", "bca")
    )
    scipys = scipy.stats.bootstrap(
        (y, predicted),
        lambda y, p: f1_scores(y, p, 15)[0],
        paired=True,
        vectorized=False,
        n_resamples=4000,
        rng=2,
    ).confidence_interval
    assert (moved.low, moved.high) == pytest.approx((scipys.low, scipys.high), abs=0.007)
    assert moved.low > plain.low + 0.015
    assert moved.high > plain.high + 0.015


def test_the_scores_are_those_of_scikit_learn():
    y, predicted = answers(300, 6, seed=4, skill=0.5)
    scores = score_intervals(y, predicted, 9)  # three classes never occur
    assert scores.accuracy.value == pytest.approx(metrics.accuracy_score(y, predicted))
    assert scores.macro_f1.value == pytest.approx(metrics.f1_score(y, predicted, average="macro"))
    assert scores.weighted_f1.value == pytest.approx(metrics.f1_score(y, predicted, average="weighted"))


def test_a_class_without_products_does_not_count_in_macro_f1():
    y, predicted = answers(300, 5, seed=4, skill=0.5)
    stray = np.where(np.arange(300) % 10 == 0, 5, predicted)  # answers in a class that no product has
    macro = score_intervals(y, stray, 6, resamples=500).macro_f1
    assert macro.value == pytest.approx(metrics.f1_score(y, stray, labels=range(5), average="macro"))
    # To the tested classes, such an answer is wrong, and nothing else: as one outside the six would be.
    elsewhere = score_intervals(y, np.where(stray == 5, 6, stray), 7, resamples=500).macro_f1
    assert (macro.low, macro.high) == (elsewhere.low, elsewhere.high)
    assert macro.low < macro.value < macro.high


def test_acceleration_and_bias_of_a_mean_by_hand():
    # For a mean, the acceleration is a sixth of the skewness over the root of n (Efron, 1987).
    values = np.repeat([0, 1], [95, 5])
    sample = resample(values, resamples=20_000, seed=0)
    bca = bootstrap_interval(lambda counts: counts[:, 1] / counts.sum(axis=1), sample)
    off = values - values.mean()
    acceleration = (off**3).sum() / (6 * (off**2).sum() ** 1.5)
    drawn = np.sort(sample.drawn[:, 1] / 100)
    below = ((drawn < 0.05).mean() + (drawn <= 0.05).mean()) / 2
    norm = scipy.stats.norm
    bias = norm.ppf(below)
    steps = bias + norm.ppf([0.025, 0.975])
    expected = np.quantile(drawn, norm.cdf(bias + steps / (1 - acceleration * steps)))
    assert (bca.low, bca.high) == pytest.approx(tuple(expected))
    assert bca.low > np.quantile(drawn, 0.025)


def test_intervals_have_their_coverage():
    covered = 0
    for seed in range(200):
        y, predicted = answers(150, seed=seed, skill=0.8)
        covered += 0.8 + 0.2 / 5 in score_intervals(y, predicted, 5, resamples=400).accuracy
    assert 181 <= covered <= 199  # 190 expected; beyond with a chance of about 1 in 1,000


def test_repeated_products_widen_the_interval():
    y, predicted = answers(100, seed=3)
    four = np.repeat(np.arange(100), 4)
    blind = score_intervals(y[four], predicted[four], 5)
    knowing = score_intervals(y[four], predicted[four], 5, groups=four)
    alone = score_intervals(y, predicted, 5)
    for figure in FIGURES:
        blind_one, knowing_one, alone_one = (getattr(scores, figure) for scores in (blind, knowing, alone))
        widths = [one.high - one.low for one in (blind_one, knowing_one, alone_one)]
        assert widths[1] == pytest.approx(widths[2], rel=0.08)  # four copies say no more than one
        assert widths[0] == pytest.approx(widths[2] / 2, rel=0.12)


def test_grouped_accuracy_has_the_error_of_a_ratio_of_sums():
    rng = np.random.default_rng(8)
    groups = np.repeat(np.arange(150), rng.integers(1, 6, 150))
    hard = (rng.random(150) < 0.3)[groups]
    y = np.zeros(len(groups), dtype=int)
    predicted = (rng.random(len(groups)) < np.where(hard, 0.8, 0.05)).astype(int)
    scores = score_intervals(y, predicted, 2, groups=groups, method="percentile", resamples=4000).accuracy
    right, rows = np.bincount(groups, predicted == 0), np.bincount(groups)
    share = right.sum() / rows.sum()
    error = np.sqrt(((right - share * rows) ** 2).sum()) / rows.sum()  # Cochran's linearisation
    assert scores.value == pytest.approx(share)
    assert scores.high - scores.low == pytest.approx(2 * 1.96 * error, rel=0.06)


@pytest.mark.parametrize("n", [1, 20])
def test_with_all_answers_right_the_interval_is_wilsons(n):
    y = np.arange(n) % 3
    scores = score_intervals(y, y, 3)
    for one in (scores.accuracy, scores.macro_f1, scores.weighted_f1):
        assert one.value == one.high == 1
        assert one.low == pytest.approx(wilson(n, n).low)


def test_with_all_answers_wrong_it_is_wilsons_too():
    y = np.arange(12) % 3
    scores = score_intervals(y, (y + 1) % 3, 3)
    assert scores.accuracy.value == scores.accuracy.low == scores.macro_f1.low == 0
    assert scores.accuracy.high == pytest.approx(wilson(0, 12).high)


def test_a_single_product_of_several_rows_is_little_evidence():
    scores = score_intervals(np.array([0, 0, 1]), np.array([0, 1, 1]), 2, groups=np.zeros(3)).accuracy
    assert scores.value == pytest.approx(2 / 3)
    assert scores.low < 0.2
    assert scores.high > 0.9


def test_one_class_only():
    y = np.zeros(30, dtype=int)
    scores = score_intervals(y, y, 1)
    assert scores.macro_f1.value == 1
    assert scores.macro_f1 == scores.accuracy


def test_a_seed_gives_the_same_interval_and_a_level_a_wider_one():
    y, predicted = answers()
    assert score_intervals(y, predicted, 5, seed=4) == score_intervals(y, predicted, 5, seed=4)
    narrow, wide = (score_intervals(y, predicted, 5, level=level).macro_f1 for level in (0.8, 0.99))
    assert wide.low < narrow.low < narrow.value < narrow.high < wide.high
    assert 0.5 in Interval(0.5, 0.4, 0.6)
    assert 0.7 not in Interval(0.5, 0.4, 0.6)


def test_ten_thousand_rows_take_seconds():
    y, predicted = answers(10_000, 24, skill=0.9)
    groups = np.random.default_rng(0).integers(0, 6000, 10_000)
    start = time.process_time()
    score_intervals(y, predicted, 24, groups=groups)
    assert time.process_time() - start < 5  # 0.4 s on a quiet core


@pytest.mark.parametrize(
    ("y", "predicted", "settings", "kind", "message"),
    [
        ([], [], {}, CatalogueError, "no products"),
        ([0, 1], [0], {}, ValueError, "one per product"),
        ([0, 5], [0, 1], {}, ValueError, "from 0 to 4"),
        ([0, 1], [0, 1], {"method": "t"}, ValueError, "percentile, got 't'"),
        ([0, 1], [0, 1], {"level": 95}, ValueError, "level between 0 and 1, got 95"),
        ([0, 1], [0, 1], {"groups": np.zeros(3)}, ValueError, "each of 2 rows"),
    ],
)
def test_unfit_arrays_are_refused(y, predicted, settings, kind, message):
    with pytest.raises(kind, match=message):
        score_intervals(np.array(y, dtype=int), np.array(predicted, dtype=int), 5, **settings)

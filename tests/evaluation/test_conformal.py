import json

import numpy as np
import pytest

from core.common.errors import BundleError, CatalogueError
from core.evaluation.conformal import METHODS, ConformalRule, fit_conformal, set_scores


def answers(n, rng, k=6):
    """Classes from hard to easy, and a head that is far too sure of itself."""
    y = rng.integers(0, k, n)
    scores = rng.normal(size=(n, k)) + np.eye(k)[y] * np.linspace(1, 4, k)[y][:, None]
    powers = np.exp(3 * scores)
    return y, powers / powers.sum(axis=1, keepdims=True)


def lac_rows(scores):
    """Two classes; the true one is the first, with one less the score as its probability."""
    scores = np.asarray(scores, dtype=float)
    return np.zeros(len(scores), dtype=int), np.column_stack([1 - scores, scores])


def test_the_threshold_is_the_score_of_the_right_rank():
    scores = np.arange(1, 20) / 100  # 0.01 to 0.19
    y, proba = lac_rows(np.random.default_rng(0).permutation(scores))
    for coverage, rank in ((0.9, 18), (0.95, 19), (0.5, 10), (0.901, 19), (0.05, 1)):
        assert fit_conformal(y, proba, coverage).thresholds[0] == pytest.approx(scores[rank - 1])


@pytest.mark.parametrize(("coverage", "needed"), [(0.5, 1), (0.8, 4), (0.9, 9), (0.95, 19), (0.99, 99)])
def test_with_too_few_products_every_class_is_in_the_set(coverage, needed):
    y, proba = lac_rows(np.linspace(0.01, 0.4, needed))
    assert fit_conformal(y, proba, coverage).thresholds[0] == pytest.approx(0.4 if needed > 1 else 0.01)
    few = fit_conformal(*lac_rows(np.linspace(0.01, 0.4, max(needed - 1, 1))), max(coverage, 0.51))
    assert few.thresholds == (None, None)
    assert few.sets(np.array([[1.0, 0.0]])).all()


def test_lac_takes_the_classes_above_a_probability():
    rule = ConformalRule("lac", 0.9, (0.7, 0.7, 0.7), (0, 0, 0))
    sets = rule.sets(np.array([[0.5, 0.3, 0.2], [0.9, 0.05, 0.05], [0.2, 0.3, 0.5], [0.34, 0.33, 0.33]]))
    assert sets.tolist() == [[1, 1, 0], [1, 0, 0], [0, 1, 1], [1, 1, 1]]
    strict = ConformalRule("lac", 0.9, (0.1, 0.1, 0.1), (0, 0, 0))
    assert strict.sets(np.array([[0.4, 0.35, 0.25]])).tolist() == [[1, 0, 0]]  # never empty


def test_aps_takes_the_ranking_up_to_its_sum():
    rule = ConformalRule("aps", 0.9, (0.7,) * 4, (0,) * 4)
    proba = np.array([[0.1, 0.4, 0.3, 0.2], [0.0, 0.05, 0.95, 0.0], [0.25, 0.25, 0.25, 0.25]])
    assert rule.sets(proba).tolist() == [[0, 1, 1, 1], [0, 0, 1, 0], [1, 1, 1, 0]]


def test_raps_penalises_low_ranks():
    proba = np.array([[0.1, 0.4, 0.3, 0.2]])  # before: 0.9, 0, 0.4, 0.7
    aps = ConformalRule("aps", 0.9, (0.7,) * 4, (0,) * 4)
    raps = ConformalRule("raps", 0.9, (0.7,) * 4, (0,) * 4, penalty=0.01, free_places=2)
    assert aps.sets(proba).tolist() == [[0, 1, 1, 1]]
    assert raps.sets(proba).tolist() == [[0, 1, 1, 0]]
    y, many = answers(300, np.random.default_rng(0))
    free = fit_conformal(y, many, 0.9, method="raps", penalty=0)
    assert free.thresholds == fit_conformal(y, many, 0.9, method="aps").thresholds


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("n", "coverage"), [(30, 0.8), (99, 0.9), (400, 0.95)])
def test_sets_have_the_wanted_coverage(method, n, coverage):
    rng, coverages = np.random.default_rng(5), []
    for _ in range(200):
        rule = fit_conformal(*answers(n, rng), coverage, method=method)
        y, proba = answers(400, rng)
        coverages.append(set_scores(y, rule.sets(proba)).coverage.value)
    error = np.std(coverages) / np.sqrt(200)
    # Lei et al. (2018): coverage lies between the wanted one and 1 / (n + 1) more.
    assert coverage - 4 * error < np.mean(coverages) < coverage + 1 / (n + 1) + 4 * error
    assert error < 0.006


@pytest.mark.parametrize("method", METHODS)
def test_by_class_every_class_has_the_wanted_coverage(method):
    rng, by_class, together = np.random.default_rng(6), [], []
    for _ in range(60):
        y, proba = answers(900, rng)
        test_y, test_proba = answers(1200, rng)
        for settings, coverages in (({"by_class": True}, by_class), ({}, together)):
            rule = fit_conformal(y, proba, 0.85, method=method, **settings)
            coverages.append(set_scores(test_y, rule.sets(test_proba)).class_coverage)
    assert np.mean(by_class, axis=0).min() > 0.84
    assert np.mean(together, axis=0).min() < 0.78


def test_a_class_of_too_few_products_has_the_threshold_of_all():
    rng = np.random.default_rng(2)
    y, proba = answers(600, rng)
    keep = (y != 5) & ((y != 4) | (np.cumsum(y == 4) <= 8))
    y, proba = y[keep], proba[keep]
    rule = fit_conformal(y, proba, 0.9, by_class=True)
    together = fit_conformal(y, proba, 0.9)
    assert rule.own_rows[4:] == (0, 0)
    assert rule.thresholds[4:] == together.thresholds[4:]
    assert rule.own_rows[0] == (y == 0).sum()
    assert rule.thresholds[0] != together.thresholds[0]
    assert together.own_rows == (0,) * 6
    nine = np.append(np.flatnonzero(y == 4), np.flatnonzero(y != 4)[:1])
    more = fit_conformal(np.append(y, 4), np.vstack([proba, proba[nine[:1]]]), 0.9, by_class=True)
    assert more.own_rows[4] == 9


def test_harder_products_get_larger_sets():
    rng = np.random.default_rng(3)
    rule = fit_conformal(*answers(500, rng), 0.9, method="aps")
    _, proba = answers(2000, rng)
    sizes, sure = rule.sets(proba).sum(axis=1), proba.max(axis=1)
    assert sizes[sure < 0.6].mean() > 1.5 * sizes[sure > 0.99].mean()


@pytest.mark.parametrize("method", METHODS)
def test_no_set_is_empty(method):
    y = np.arange(60) % 3
    odd = np.vstack([np.full((1, 3), 1 / 3), np.eye(3), np.zeros((1, 3))])
    for proba in (np.eye(3)[y], np.full((60, 3), 1 / 3), np.eye(3)[(y + 1) % 3]):
        rule = fit_conformal(y, proba, 0.9, method=method)
        assert rule.sets(odd).any(axis=1).all()
        assert set_scores(y, rule.sets(proba)).coverage.value >= 0.9
        assert rule.sets(np.empty((0, 3))).shape == (0, 3)
    assert fit_conformal(y, np.eye(3)[y], 0.9, method=method).sets(np.eye(3)).sum() == 3


def test_one_class_and_one_product():
    rule = fit_conformal(np.array([0]), np.array([[1.0]]), 0.9)
    assert rule.sets(np.array([[1.0]])).tolist() == [[True]]


@pytest.mark.parametrize("by_class", [False, True])
@pytest.mark.parametrize("n", [5, 80])
def test_a_rule_survives_json(n, by_class):
    y, proba = answers(n, np.random.default_rng(4))
    rule = fit_conformal(y, proba, 0.9, method="raps", by_class=by_class, penalty=0.2, free_places=1)
    text = json.dumps(rule.to_dict(), allow_nan=False)
    back = ConformalRule.from_dict({**json.loads(text), "later": 1})
    assert back == rule
    assert np.array_equal(back.sets(proba), rule.sets(proba))


def test_set_scores_by_hand():
    sets = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 1], [1, 1, 1]], dtype=bool)
    scores = set_scores(np.array([0, 0, 0, 1]), sets)
    assert scores.coverage.value == 0.75
    assert scores.mean_size == 2
    assert scores.single == 0.25
    assert scores.class_coverage[:2] == pytest.approx([2 / 3, 1])
    assert np.isnan(scores.class_coverage[2])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"coverage": 95}, "coverage between 0 and 1, got 95"),
        ({"method": "top"}, "lac, aps, raps, got 'top'"),
        ({"penalty": -1}, "0 or more, got -1"),
        ({"free_places": -1}, "0 or more"),
    ],
)
def test_settings_out_of_range_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        fit_conformal(*answers(20, np.random.default_rng(0)), **settings)


def test_unfit_arrays_and_rules_are_refused():
    with pytest.raises(CatalogueError, match="no products"):
        fit_conformal(np.zeros(0, dtype=int), np.empty((0, 2)))
    rule = fit_conformal(*answers(20, np.random.default_rng(0)))
    with pytest.raises(ValueError, match="6 classes, got 2"):
        rule.sets(np.array([[0.5, 0.5]]))
    with pytest.raises(BundleError, match="lacks 'coverage'"):
        ConformalRule.from_dict({key: value for key, value in rule.to_dict().items() if key != "coverage"})
    with pytest.raises(BundleError, match="got 'top'"):
        ConformalRule.from_dict({**rule.to_dict(), "method": "top"})

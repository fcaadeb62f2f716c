import json

import numpy as np
import pytest

from core.evaluation.strangeness.score import FARTHEST, StrangenessScore, fit_score, standardised


def test_a_score_by_hand():
    score = StrangenessScore(means=(1.0, 0.0), scales=(2.0, 1.0), weights=(-1.0, 0.5), bias=0.25)
    # -1 * (3 - 1) / 2 + 0.5 * -1 + 0.25 = -1.25; a signal a thousand scales away counts as four.
    expected = [1 / (1 + np.exp(1.25)), 1 / (1 + np.exp(FARTHEST - 0.25))]
    assert score.of(np.array([[3.0, -1.0], [2001.0, 0.0]])) == pytest.approx(expected)


def test_the_mean_is_in_the_middle():
    assert standardised(np.array([[5.0], [9.0], [-99.0]]), (5.0,), (2.0,)).tolist() == [[0], [2], [-FARTHEST]]


def test_what_strange_products_lack_counts():
    rng = np.random.default_rng(0)
    strange = np.arange(300) < 100
    signals = np.stack([rng.normal(size=300) - 3 * strange, rng.normal(size=300)], axis=1)
    score = fit_score(signals, strange, np.ones(300))
    assert score.weights[0] < -0.3 < score.weights[1] < 0.3
    said = score.of(signals)
    assert (said[strange, None] > said[~strange]).mean() > 0.95


def test_weights_make_few_products_count_like_many():
    rng = np.random.default_rng(0)
    signals, strange = rng.normal(size=(1000, 2)), np.arange(1000) < 20
    assert fit_score(signals, strange, np.ones(1000)).bias < -3
    even = np.where(strange, 1 / 20, 1 / 980)
    assert abs(fit_score(signals, strange, even * 1000 / even.sum()).bias) < 0.2


def test_without_strange_products_all_signals_count_alike():
    signals = np.random.default_rng(0).normal([5, 100, 0], [1, 10, 0.1], size=(200, 3))
    score = fit_score(signals, np.zeros(200, dtype=bool), np.ones(200))
    assert score.weights == pytest.approx((-1 / 3,) * 3)
    away = np.array([[2, 20, 0.2], [0, 0, 0], [-2, -20, -0.2]])
    familiar, usual, odd = score.of(signals.mean(axis=0) + away)
    assert familiar < usual < odd
    assert usual == pytest.approx(0.5)


def test_a_signal_that_never_varies_says_nothing_and_breaks_nothing():
    signals = np.stack([np.ones(50), np.arange(50.0)], axis=1)
    for strange in (np.zeros(50, dtype=bool), np.arange(50) < 10):
        assert np.isfinite(fit_score(signals, strange, np.ones(50)).of(signals)).all()


def test_a_score_is_plain_json():
    score = StrangenessScore((1.0, 0.5), (2.0, 1.0), (-1.0, 0.5), 0.25)
    plain = json.loads(json.dumps(score.to_dict()))
    assert plain == {"means": [1, 0.5], "scales": [2, 1], "weights": [-1, 0.5], "bias": 0.25}

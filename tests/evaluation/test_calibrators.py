import json

import numpy as np
import pytest

from core.common.errors import BundleError
from core.evaluation.calibrators import Identity, Isotonic, Temperature, calibrator_from_dict

PROBA = np.array([[0.7, 0.2, 0.1], [0.0, 1.0, 0.0], [1 / 3, 1 / 3, 1 / 3], [0.0, 0.0, 0.0]])
CURVES = Isotonic(((0.1, 0.5, 0.9), (0.0, 1.0), (0.4,)), ((0.0, 0.4, 0.8), (0.0, 1.0), (0.2,)))


def test_identity_changes_nothing():
    assert np.array_equal(Identity().apply(PROBA), PROBA)
    assert Identity().apply(PROBA.astype(np.float32)).dtype == np.float64


def test_temperature_is_a_softmax_of_divided_scores():
    scores = np.random.default_rng(0).normal(size=(50, 4)) * 2
    softmax = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    divided = np.exp(scores / 2.5) / np.exp(scores / 2.5).sum(axis=1, keepdims=True)
    assert Temperature(2.5).apply(softmax) == pytest.approx(divided, rel=1e-6)
    assert Temperature(1.0).apply(softmax) == pytest.approx(softmax, rel=1e-6)


def test_temperature_by_hand():
    assert Temperature(2.0).apply([[0.8, 0.2]]) == pytest.approx(np.array([[2 / 3, 1 / 3]]))
    assert Temperature(0.5).apply([[0.8, 0.2]]) == pytest.approx(np.array([[16 / 17, 1 / 17]]))


@pytest.mark.parametrize("calibrator", [Temperature(0.1), Temperature(10.0), CURVES])
def test_calibrated_rows_sum_to_one(calibrator):
    calibrated = calibrator.apply(PROBA)
    assert np.isfinite(calibrated).all()
    assert (calibrated > 0).all() or isinstance(calibrator, Temperature)
    assert calibrated.sum(axis=1) == pytest.approx(np.ones(4))
    assert calibrator.apply(np.empty((0, 3))).shape == (0, 3)


@pytest.mark.parametrize("temperature", [0.1, 0.7, 3.0, 10.0])
def test_temperature_keeps_the_prediction(temperature):
    proba = np.random.default_rng(1).dirichlet(np.full(6, 0.3), size=500)
    calibrated = Temperature(temperature).apply(proba)
    assert np.array_equal(calibrated.argmax(axis=1), proba.argmax(axis=1))
    sure = calibrated.max(axis=1) - proba.max(axis=1)
    assert (sure >= -1e-4).all() if temperature < 1 else (sure <= 1e-4).all()


def test_isotonic_interpolates_its_curves():
    calibrated = CURVES.apply([[0.3, 0.6, 0.1], [0.05, 0.05, 0.9]])
    first = np.array([0.2, 0.6, 0.2])
    assert calibrated[0] == pytest.approx(first / first.sum())
    assert calibrated[1] == pytest.approx(np.array([0.00002, 0.2, 0.8]), abs=2e-5)
    assert calibrated[1, 0] > 0


@pytest.mark.parametrize("calibrator", [Identity(), Temperature(1.37), CURVES])
def test_a_calibrator_survives_json(calibrator):
    back = calibrator_from_dict(json.loads(json.dumps(calibrator.to_dict())))
    assert back == calibrator
    assert np.array_equal(back.apply(PROBA), calibrator.apply(PROBA))


@pytest.mark.parametrize(
    ("plain", "message"),
    [
        ({"kind": "magic"}, "identity, temperature, isotonic, got 'magic'"),
        ({}, "got None"),
        ({"kind": "temperature"}, "'temperature' lacks 'temperature'"),
        ({"kind": "isotonic", "given": [[0]]}, "'isotonic' lacks 'meant'"),
    ],
)
def test_other_json_is_refused(plain, message):
    with pytest.raises(BundleError, match=message):
        calibrator_from_dict(plain)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Temperature(0.0),
        lambda: Temperature(float("nan")),
        lambda: Temperature(float("inf")),
        lambda: Isotonic((), ()),
        lambda: Isotonic(((0.0, 1.0),), ()),
        lambda: Isotonic(((0.0, 1.0),), ((0.5,),)),
        lambda: Isotonic(((),), ((),)),
        lambda: Isotonic(((0.0, 1.0),), ((0.9, 0.5),)),
        lambda: Isotonic(((0.0, 1.0),), ((0.0, 1.5),)),
        lambda: Isotonic(((0.0, float("nan")),), ((0.0, 1.0),)),
        lambda: CURVES.apply([[0.5, 0.5]]),
        lambda: Temperature(2.0).apply([[np.nan, 0.5]]),
        lambda: Identity().apply([0.5, 0.5]),
    ],
)
def test_impossible_calibrators_are_refused(make):
    with pytest.raises(ValueError, match="expected"):
        make()

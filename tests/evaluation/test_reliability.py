import numpy as np
import pytest

from core.evaluation.reliability import reliability


def test_reliability_of_calibrated_and_of_overconfident_answers():
    rng = np.random.default_rng(0)
    confidence = rng.uniform(0.5, 1, 20_000)
    right = rng.random(20_000) < confidence
    proba = np.column_stack([confidence, 1 - confidence])
    calibrated = reliability(np.where(right, 0, 1), proba)
    assert calibrated.expected_calibration_error < 0.02
    overconfident = reliability(
        np.where(right, 0, 1), np.column_stack([0 * confidence + 0.99, 0 * confidence + 0.01])
    )
    assert overconfident.expected_calibration_error == pytest.approx(0.99 - right.mean())
    assert calibrated.counts.sum() == 20_000
    assert len(calibrated.edges) == 16
    assert np.isnan(calibrated.accuracy[:7]).all()


def test_a_bin_includes_its_upper_edge():
    proba = np.array([[1.0, 0.0], [0.5, 0.5], [0.6, 0.4]])
    two = reliability(np.array([0, 0, 1]), proba, bins=2)
    assert two.counts.tolist() == [1, 2]
    assert two.accuracy.tolist() == [1, 0.5]
    with pytest.raises(ValueError, match="one bin or more"):
        reliability(np.array([0]), proba[:1], bins=0)


def test_calibration_error_by_hand():
    proba = np.array([[0.8, 0.2]] * 4)
    assert reliability(np.array([0, 0, 1, 1]), proba).expected_calibration_error == pytest.approx(0.3)
    assert reliability(np.array([0, 1]), np.eye(2)).expected_calibration_error == 0

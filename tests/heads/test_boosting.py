import numpy as np
import pytest

from core.common.errors import CoreError
from core.heads import boosting
from core.heads.boosting import LEAST_ROUNDS, fit_gradient_boosting
from core.heads.boosting_graph import _rounded_down
from tests.heads.products import rows, task_of, train_on


def test_validation_products_stop_it():
    X, y = rows(300, noise=1.0)
    watched = train_on("gradient_boosting", X[100:], y[100:], X[:100], y[:100])
    alone = train_on("gradient_boosting", X[100:], y[100:], X[:0], y[:0])
    assert watched.settings["rounds"] < alone.settings["rounds"] == 100


def test_many_categories_have_fewer_rounds(monkeypatch):
    X, y = rows(200)
    for most, expected in ((80, 20), (8, LEAST_ROUNDS)):
        monkeypatch.setattr(boosting, "MOST_TREES", most)
        head = train_on("gradient_boosting", X, y, X[:0], y[:0])
        assert head.settings["rounds"] == expected


def test_a_model_that_would_be_too_large_is_refused_before_it_is_trained(monkeypatch):
    monkeypatch.setattr(boosting, "MOST_LEAVES", 5000)
    X, y = rows(200)
    with pytest.raises(CoreError, match=r"up to 5,000, got 100 x 15 x 4; choose fewer rounds or leaves"):
        train_on("gradient_boosting", X, y, X[:0], y[:0])


def test_a_large_catalogue_is_sampled_with_every_category(monkeypatch):
    monkeypatch.setattr(boosting, "ROWS", 20)
    X, y = rows(200)
    X, y = np.concatenate([X, X[:1]]), np.append(y, 4)
    head = fit_gradient_boosting(task_of("gradient_boosting", X, y, X[:0], y[:0], n_classes=5))
    assert head.predict_proba({"vectors": X}).shape == (201, 5)


def test_numbers_at_a_threshold_go_the_way_they_go_in_training():
    numbers = np.random.default_rng(0).normal(size=2000).astype(np.float32)
    thresholds = np.concatenate([numbers.astype(float), (numbers[1:].astype(float) + numbers[:-1]) / 2])
    rounded = _rounded_down(thresholds)
    assert rounded.dtype == np.float32
    for near in (numbers, np.nextafter(rounded[:2000], np.float32(9)), rounded[:2000]):
        for threshold, low in zip(thresholds[::97], rounded[::97], strict=True):
            assert np.array_equal(near <= low, near.astype(float) <= threshold)


@pytest.mark.parametrize("k", [2, 5])
def test_the_file_answers_as_scikit_learn_where_numbers_stand_at_thresholds(k, tmp_path):
    from core.heads.served import load_head
    from tests.heads.products import products

    rng = np.random.default_rng(1)
    X = rng.integers(0, 6, (400, 8)).astype(np.float32) / 7  # many equal numbers
    y = (X[:, 0] * 7 + X[:, 1] * 7).astype(int) % k
    head = train_on("gradient_boosting", X, y, X[:0], y[:0], n_classes=k)
    head.save(tmp_path / "head.onnx")
    inputs = products(X)
    assert (
        np.abs(load_head(tmp_path / "head.onnx").predict_proba(inputs) - head.predict_proba(inputs)).max()
        < 1e-5
    )

from dataclasses import replace

import numpy as np
import pytest

from core.heads.served import load_head
from core.heads.softmax import best_softmax, fit_softmax
from tests.heads.products import products, rows, task_of, train


def task(n=900, k=4, **more):
    X, y = rows(n=n, k=k, **more)
    third = len(X) // 3
    return task_of("logistic_regression", X[third:], y[third:], X[:third], y[:third], n_classes=k)


def loss(proba, y):
    return -np.log(proba[np.arange(len(y)), y]).mean()


@pytest.mark.parametrize("strength", [1.0, 30.0])
def test_other_products_are_told_as_well_as_by_scikit_learn(strength):
    from sklearn.linear_model import LogisticRegression

    of = task()
    plain = LogisticRegression(C=strength, max_iter=1000).fit(of.X.astype(np.float64), of.y)
    fitted = fit_softmax(of.X, of, strength)
    assert (
        loss(fitted.predict_proba(of.X_val), of.y_val) < loss(plain.predict_proba(of.X_val), of.y_val) + 0.01
    )
    assert np.abs(fitted.predict_proba(of.X_val) - plain.predict_proba(of.X_val)).mean() < 0.02


def test_a_seed_gives_the_same_coefficients_sparse_or_dense():
    from scipy.sparse import csr_array

    of = task()
    first, again = (fit_softmax(of.X, of, 10.0) for _ in range(2))
    np.testing.assert_array_equal(first.coefficients, again.coefficients)
    sparse = fit_softmax(csr_array(of.X), of, 10.0)
    np.testing.assert_allclose(sparse.coefficients, first.coefficients, atol=1e-3)
    other = fit_softmax(of.X, replace(of, seed=1), 10.0)
    assert np.abs(other.coefficients - first.coefficients).max() > 0


def test_validation_products_choose_the_strength_and_the_scale():
    chosen = best_softmax(task().X, task().X_val, task(), (0.001, 10.0), 1.0)
    assert chosen.C == 10.0
    weak = best_softmax(task().X, task().X_val, task(), (0.001,), 1.0)
    assert weak.scale > 1, "too much of a penalty makes a model too unsure"
    wanted = best_softmax(task().X, task().X_val, replace(task(), wanted={"C": 2.0}), (0.001, 10.0), 1.0)
    assert wanted.C == 2.0


def test_without_validation_products_settings_chosen_before_are_taken():
    of = task()
    nothing = np.zeros(0, dtype=int)
    of = replace(of, validation=of.validation.take(nothing), y_val=nothing, settings={"C": 3.0, "scale": 2.0})
    fitted = best_softmax(of.X, of.X_val, of, (1.0,), 1.0)
    assert (fitted.C, fitted.scale) == (3.0, 2.0)
    plain = fit_softmax(of.X, of, 3.0)
    np.testing.assert_allclose(fitted.coefficients, 2 * plain.coefficients, rtol=1e-6)


def test_balanced_classes_count_the_same():
    of = task(noise=1.2)
    rare = np.concatenate([np.flatnonzero(of.y != 0), np.flatnonzero(of.y == 0)[:10]])
    few = replace(of, train=of.train.take(rare), y=of.y[rare])
    plain, balanced = (fit_softmax(each.X, each, 10.0) for each in (few, replace(few, balanced=True)))
    answers = [(model.predict_proba(of.X_val).argmax(axis=1) == 0).mean() for model in (plain, balanced)]
    assert answers[1] > answers[0]


@pytest.mark.parametrize("name", ["logistic_regression", "tfidf"])
@pytest.mark.parametrize("classes", [2, 4])
def test_with_many_products_the_exported_head_answers_the_same(monkeypatch, tmp_path, name, classes):
    module = {"logistic_regression": "linear"}.get(name, name)
    monkeypatch.setattr(f"core.heads.{module}.MANY_ROWS", 100)
    head = train(name, n_classes=classes, k=classes)
    assert head.settings["scale"] > 0
    head.save(tmp_path / "head.onnx")
    X, y = rows(n=40, k=classes, seed=2)
    own = head.predict_proba(products(X, y))
    np.testing.assert_allclose(own.sum(axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(
        load_head(tmp_path / "head.onnx").predict_proba(products(X, y)), own, atol=2e-4
    )
    assert (own.argmax(axis=1) == y).mean() > 0.8

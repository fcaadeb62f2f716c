from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.common.errors import CoreError
from core.heads.registry import HEADS
from core.heads.settings import parse_settings
from core.heads.training import train_head
from core.onnx.head_sizes import check_head_sizes
from tests.heads.products import products, rows, task_of

DOCS = Path(__file__).parents[2] / "docs/heads.md"


def trained(name, *settings, n=240, **more):
    X, y = rows(n)
    task = task_of(name, X, y, X[:80], y[:80])
    return train_head(name, replace(task, wanted=parse_settings(settings).get(name, {}), **more))


def test_values_are_read_as_what_they_are():
    wanted = parse_settings(["mlp.layers=256, 64", "mlp.dropout=0.3", "random_forest.trees=7", "tfidf.C=2"])
    assert wanted == {
        "mlp": {"layers": "256,64", "dropout": 0.3},
        "random_forest": {"trees": 7},
        "tfidf": {"C": 2.0},
    }
    assert parse_settings(["tfidf.C=2", "tfidf.C=3"]) == {"tfidf": {"C": 3.0}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("layers=3", "expected HEAD.SETTING=VALUE, such as mlp.layers=256,64, got 'layers=3'"),
        ("mlp.layers", "expected HEAD.SETTING=VALUE"),
        ("bert.layers=3", "unknown head 'bert': expected one of logistic_regression"),
        ("mlp.depth=3", "no setting 'depth': expected one of layers, dropout, rate, optimiser, epochs"),
        ("blend.C=3", "head 'blend' has no settings"),
        (
            "mlp.layers=0",
            "mlp.layers: expected 1 to 4 whole numbers from 1 to 1,024, up to 2,048 together, such as 256",
        ),
        ("mlp.layers=1,2,3,4,5", "expected 1 to 4 whole numbers"),
        ("mlp.layers=1024,1024,1", "up to 2,048 together"),
        ("mlp.dropout=nan", "mlp.dropout: expected a number from 0 to 0.95, got 'nan'"),
        ("mlp.optimiser=lion", "expected one of adam, adamw, sgd, rmsprop, got 'lion'"),
        (
            "random_forest.trees=1.5",
            "random_forest.trees: expected a whole number from 1 to 2,000, got '1.5'",
        ),
    ],
)
def test_a_wrong_setting_is_one_line_with_the_right_ones(text, message):
    with pytest.raises(CoreError, match=r"^[^\n]+$") as error:
        parse_settings([text])
    assert message in str(error.value)


def test_the_documentation_names_every_setting():
    table = [line for line in DOCS.read_text(encoding="utf-8").split("\n") if line.startswith("|")]
    for entry in HEADS.values():
        for setting in entry.settings:
            assert any(f"`{setting.name}`" in line for line in table), (entry.name, setting.name)


@pytest.mark.parametrize(
    ("name", "settings", "expected"),
    [
        ("logistic_regression", ["C=7"], {"C": 7}),
        ("linear_svm", ["C=7"], {"C": 7}),
        ("tfidf", ["C=7"], {"C": 7}),
        ("stacking", ["C=0.5"], {"C": 0.5}),
        (
            "random_forest",
            ["trees=7", "depth=2", "leaf=3", "leaves=9"],
            {"trees": 7, "depth": 2, "leaf": 3, "leaves": 9},
        ),
        ("decision_tree", ["depth=3", "leaf=5"], {"depth": 3, "leaf": 5}),
        ("gradient_boosting", ["rounds=2", "rate=0.5", "leaves=4"], {"rounds": 2, "rate": 0.5, "leaves": 4}),
    ],
)
def test_a_head_uses_what_was_chosen_and_says_so(name, settings, expected):
    head = trained(name, *(f"{name}.{each}" for each in settings))
    assert expected.items() <= head.settings.items()


def test_a_network_uses_what_was_chosen(tmp_path):
    pytest.importorskip("tensorflow")
    chosen = ("mlp.layers=24,12", "mlp.dropout=0", "mlp.rate=0.01", "mlp.optimiser=sgd", "mlp.epochs=2")
    head = trained("mlp", *chosen)
    units = [layer.units for layer in head.fitted.model.layers if hasattr(layer, "units")]
    assert units == [24, 12, 4]
    assert head.settings == {
        **{"layers": "24,12", "dropout": 0.0, "epochs": 2, "optimiser": "sgd", "rate": 0.01}
    }
    assert type(head.fitted.model.optimizer).__name__ == "SGD"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["gated", "bilstm", "joint"])
def test_other_networks_use_what_was_chosen(name):
    pytest.importorskip("tensorflow")
    head = trained(name, f"{name}.units=8", f"{name}.epochs=1", f"{name}.dropout=0.1")
    assert {"units": 8, "epochs": 1, "dropout": 0.1}.items() <= head.settings.items()


@pytest.mark.slow
def test_the_largest_network_takes_no_more_than_heads_may(tmp_path):
    pytest.importorskip("tensorflow")
    head = trained("mlp", "mlp.layers=1024,512,256,256", "mlp.epochs=1", n=90)
    head.save(tmp_path / "head.onnx")
    check_head_sizes(tmp_path / "head.onnx", 4)


@pytest.mark.parametrize(
    "name", ["logistic_regression", "decision_tree", "gradient_boosting", "random_forest"]
)
def test_balanced_weights_find_more_of_a_rare_category(name):
    """Two overlapping clouds, twenty to one: with weights, the border moves away from the rare one."""
    rng = np.random.default_rng(0)
    y = (np.arange(630) % 21 == 0).astype(int)
    X = (rng.normal(size=(630, 4)) + 1.2 * y[:, None]).astype(np.float32)
    found = []
    for balanced in (False, True):
        task = replace(task_of(name, X[:420], y[:420], X[420:], y[420:], n_classes=2), balanced=balanced)
        wanted = parse_settings(["random_forest.depth=3", "decision_tree.depth=3"]).get(name, {})
        proba = train_head(name, replace(task, wanted=wanted)).predict_proba(products(X[420:]))
        found.append((proba[y[420:] == 1].argmax(axis=1) == 1).mean())
    assert found[1] > found[0] + 0.2


def test_balanced_weights_are_scikit_learns():
    from sklearn.utils.class_weight import compute_sample_weight

    X, _ = rows(12)
    y = np.array([0] * 8 + [1] * 3 + [2])
    task = replace(task_of("mlp", X, y, X[:2], y[7:9], n_classes=3), balanced=True)
    assert np.allclose(task.weights, compute_sample_weight("balanced", y))
    assert np.allclose(task.weights_val, [0.5, 12 / 9])
    assert task_of("mlp", X, y, X, y).weights is None

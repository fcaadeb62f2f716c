import io
import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics

from core.common.errors import CatalogueError
from core.evaluation.scores import (
    Report,
    evaluate,
    predictions_table,
    reliability,
    reports_from_predictions,
    review_threshold,
)

CLASSES = ("bag", "hat", "shoe", "watch", 'a class, with "quotes"')


def answers(n=400, k=5, seed=0, skill=2.0):
    rng = np.random.default_rng(seed)
    y = rng.integers(0, k, n)
    scores = rng.normal(size=(n, k)) + skill * np.eye(k)[y]
    powers = np.exp(scores)
    return y, powers / powers.sum(axis=1, keepdims=True)


def judged(y, proba, classes=CLASSES, **more):
    return evaluate(np.asarray(y), np.asarray(proba), classes, modality="text", head="mlp", **more)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("skill", [0.0, 2.0, 6.0])
def test_every_figure_is_that_of_scikit_learn(seed, skill):
    y, proba = answers(seed=seed, skill=skill)
    y[y == 3] = 0  # no row of class 3 is true, some may be predicted
    proba[:, 4] = 0  # class 4 is never predicted
    proba /= proba.sum(axis=1, keepdims=True)
    keep = y != 4
    y, proba = y[keep], proba[keep]
    report, predicted = judged(y, proba), proba.argmax(axis=1)
    assert report.n == len(y)
    assert report.accuracy == pytest.approx(metrics.accuracy_score(y, predicted))
    for kind in ("macro", "weighted", "micro"):
        expected = metrics.f1_score(y, predicted, average=kind, zero_division=0)
        assert getattr(report, f"{kind}_f1") == pytest.approx(expected)
    assert report.top3_accuracy == pytest.approx(metrics.top_k_accuracy_score(y, proba, k=3, labels=range(5)))
    assert report.log_loss == pytest.approx(metrics.log_loss(y, proba, labels=range(5)))
    assert np.array_equal(report.confusion, metrics.confusion_matrix(y, predicted, labels=range(5)))
    expected = metrics.precision_recall_fscore_support(y, predicted, labels=range(5), zero_division=0)
    for number, score in enumerate(report.per_class):
        assert score.name == CLASSES[number]
        got = (score.precision, score.recall, score.f1, score.support)
        assert got == pytest.approx([row[number] for row in expected])


def test_a_class_neither_true_nor_predicted_does_not_lower_macro_f1():
    report = judged([0, 1, 1], np.eye(5)[[0, 1, 1]])
    assert report.macro_f1 == 1
    assert report.per_class[4].support == report.per_class[4].f1 == 0
    assert report.log_loss == pytest.approx(0, abs=1e-6)


def test_one_true_class_only():
    report = judged([2, 2, 2], np.eye(5)[[2, 2, 0]])
    assert report.accuracy == pytest.approx(2 / 3)
    assert report.macro_f1 == pytest.approx((0.8 + 0) / 2)
    assert report.weighted_f1 == pytest.approx(0.8)


def test_two_classes_and_one():
    y, proba = answers(50, 2)
    report = judged(y, proba, ("no", "yes"))
    assert report.top3_accuracy == 1
    assert report.macro_f1 == pytest.approx(metrics.f1_score(y, proba.argmax(axis=1), average="macro"))
    assert judged([0, 0], [[1.0], [1.0]], ("all",)).macro_f1 == 1


def test_a_probability_of_zero_costs_a_lot_but_not_everything():
    report = judged([0], [[0, 1, 0, 0, 0]])
    assert report.log_loss == pytest.approx(-np.log(5e-6))


def test_equal_probabilities_go_to_the_first_class_in_all_figures():
    even = np.full((4, 5), 0.2)
    report = judged([0, 1, 2, 3], even)
    assert report.accuracy == 0.25
    assert report.top3_accuracy == 0.75
    assert report.confusion[:, 0].tolist() == [1, 1, 1, 1, 0]


def test_a_report_survives_json():
    y, proba = answers()
    report = judged(y, proba, part="validation")
    back = Report.from_dict(json.loads(json.dumps(report.to_dict())))
    assert back == report
    assert back.confusion.dtype == np.int64
    assert back.classes == CLASSES
    assert back.part == "validation"
    assert back != judged(y, proba, part="test")


@pytest.mark.parametrize(
    ("y", "proba", "kind", "message"),
    [
        ([], np.zeros((0, 5)), CatalogueError, "no rows to evaluate"),
        ([0, 1], np.full((3, 5), 0.2), ValueError, "expected labels"),
        ([5], np.full((1, 5), 0.2), ValueError, "from 0 to 4"),
        ([-1], np.full((1, 5), 0.2), ValueError, "from 0 to 4"),
        ([0], np.full((1, 4), 0.25), ValueError, "each of 5 classes, got 4"),
        ([0], np.full((1, 5), np.nan), ValueError, "finite"),
    ],
)
def test_mistakes_are_told(y, proba, kind, message):
    with pytest.raises(kind, match=message):
        judged(y, proba)


def table_of(heads=("mlp", "linear_svm"), n=300):
    tables = []
    for seed, head in enumerate(heads):
        y, proba = answers(n, seed=9)
        noisy = proba + 0.1 * seed * np.random.default_rng(seed).random(proba.shape)
        noisy /= noisy.sum(axis=1, keepdims=True)
        tables.append(predictions_table([f"{row:05}" for row in range(n)], y, noisy, CLASSES, head))
    return pd.concat(tables, ignore_index=True)


def test_a_predictions_table_has_a_row_a_product():
    y, proba = answers(20)
    table = predictions_table([f"{row:03}" for row in range(20)], y, proba, CLASSES, "mlp")
    assert list(table.columns) == [
        "head",
        "sku",
        "true",
        "predicted",
        "confidence",
        *(f"p:{c}" for c in CLASSES),
    ]
    assert table["sku"].tolist()[:2] == ["000", "001"]
    assert table["true"].tolist() == [CLASSES[number] for number in y]
    assert table["predicted"].tolist() == [CLASSES[number] for number in proba.argmax(axis=1)]
    assert np.abs(table["confidence"] - proba.max(axis=1)).max() <= 5.1e-6
    assert (table["confidence"] == table["confidence"].round(5)).all()


def test_reports_come_from_the_table_alone_and_agree_exactly_after_a_file():
    table = table_of()
    direct = reports_from_predictions(table, "text")
    text = table.to_csv(index=False)
    again = reports_from_predictions(pd.read_csv(io.StringIO(text)), "text")
    assert again == direct
    assert [report.head for report in direct] == ["mlp", "linear_svm"]
    assert direct[0] != direct[1]
    assert direct[0].n == 300
    assert direct[0].modality == "text"


def test_a_tie_made_by_rounding_is_the_same_prediction_in_table_and_report():
    proba = np.array([[0.2, 0.3999998, 0.4000002, 0.0, 0.0]])
    table = predictions_table(["a"], [2], proba, CLASSES, "mlp")
    report = reports_from_predictions(table, "text")[0]
    assert (table["predicted"][0] == "shoe") == (report.accuracy == 1)


def test_numbers_as_classes_survive_a_file():
    y, proba = answers(40, 3)
    table = predictions_table(range(40), y, proba, ["101", "102", "7"], "mlp")
    again = pd.read_csv(io.StringIO(table.to_csv(index=False)))
    assert reports_from_predictions(again, "text") == reports_from_predictions(table, "text")


def test_a_table_that_is_none_is_told():
    table = table_of()
    with pytest.raises(CatalogueError, match="expected a column true"):
        reports_from_predictions(table.drop(columns="true"), "text")
    with pytest.raises(CatalogueError, match="no column 'p:bag'"):
        reports_from_predictions(table.drop(columns="p:bag"), "text")
    with pytest.raises(CatalogueError, match="p:<class>"):
        reports_from_predictions(table[["head", "true"]], "text")


def test_reliability_of_honest_and_of_boastful_answers():
    rng = np.random.default_rng(0)
    sure = rng.uniform(0.5, 1, 20_000)
    right = rng.random(20_000) < sure
    proba = np.column_stack([sure, 1 - sure])
    honest = reliability(np.where(right, 0, 1), proba)
    assert honest.expected_calibration_error < 0.02
    boastful = reliability(np.where(right, 0, 1), np.column_stack([0 * sure + 0.99, 0 * sure + 0.01]))
    assert boastful.expected_calibration_error == pytest.approx(0.99 - right.mean())
    assert honest.counts.sum() == 20_000
    assert len(honest.edges) == 16
    assert np.isnan(honest.accuracy[:7]).all()


def test_reliability_at_the_edges_of_bins():
    proba = np.array([[1.0, 0.0], [0.5, 0.5], [0.6, 0.4]])
    found = reliability(np.array([0, 0, 1]), proba, bins=2)
    assert found.counts.tolist() == [1, 2]
    assert found.accuracy.tolist() == [1, 0.5]
    with pytest.raises(ValueError, match="one bin or more"):
        reliability(np.array([0]), proba[:1], bins=0)


def test_the_review_threshold_is_the_lowest_that_keeps_the_precision():
    confidence = np.array([0.99, 0.9, 0.8, 0.7, 0.6, 0.55])
    y = np.array([0, 0, 1, 0, 0, 1])
    proba = np.column_stack([confidence, 1 - confidence])
    assert review_threshold(y, proba, 1.0) == 0.9
    assert review_threshold(y, proba, 0.8) == 0.6
    assert review_threshold(y, proba, 0.6) == 0.55
    assert review_threshold(1 - y, proba, 0.95) == 1.01


@pytest.mark.parametrize("precision", [0.5, 0.8, 0.95])
def test_no_lower_threshold_would_do(precision):
    y, proba = answers(500, seed=3)
    proba = proba.round(2)  # many rows of equal confidence
    confidence, right = proba.max(axis=1), proba.argmax(axis=1) == y
    good = [t for t in np.unique(confidence) if right[confidence >= t].mean() >= precision]
    assert review_threshold(y, proba, precision) == min(good)


def test_importing_needs_no_scikit_learn():
    heavy = {"sklearn", "scipy", "pandas"}
    code = f"import sys, core.evaluation.scores; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

import subprocess
import sys

import numpy as np
import pytest
from sklearn import metrics

from core.common.errors import CatalogueError
from core.evaluation.report import ClassScore
from core.evaluation.scores import evaluate
from tests.evaluation.answers import CLASSES, answers


def scored(y, proba, classes=CLASSES, **more):
    return evaluate(np.asarray(y), np.asarray(proba), classes, modality="text", head="mlp", **more)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("skill", [0.0, 2.0, 6.0])
def test_every_score_is_that_of_scikit_learn(seed, skill):
    y, proba = answers(seed=seed, skill=skill)
    y[y == 3] = 0  # no product is of class 3, some may be predicted as it
    proba[:, 4] = 0  # class 4 is never predicted
    proba /= proba.sum(axis=1, keepdims=True)
    keep = y != 4
    y, proba = y[keep], proba[keep]
    report, predicted = scored(y, proba), proba.argmax(axis=1)
    assert report.n == len(y)
    assert report.accuracy == pytest.approx(metrics.accuracy_score(y, predicted))
    tested = [0, 1, 2]
    for kind, labels in (("macro", tested), ("weighted", None), ("micro", None)):
        expected = metrics.f1_score(y, predicted, labels=labels, average=kind, zero_division=0)
        assert getattr(report, f"{kind}_f1") == pytest.approx(expected)
    assert report.top3_accuracy == pytest.approx(metrics.top_k_accuracy_score(y, proba, k=3, labels=range(5)))
    assert report.log_loss == pytest.approx(metrics.log_loss(y, proba, labels=range(5)))
    assert np.array_equal(report.confusion, metrics.confusion_matrix(y, predicted, labels=range(5)))
    expected = metrics.precision_recall_fscore_support(y, predicted, labels=range(5), zero_division=0)
    assert [score.name for score in report.per_class] == list(CLASSES)
    for number in tested:
        score = report.per_class[number]
        got = (score.precision, score.recall, score.f1, score.support)
        assert got == pytest.approx([row[number] for row in expected])
    for number in (3, 4):
        assert report.per_class[number] == ClassScore(CLASSES[number], None, None, None, 0)


def test_where_every_class_has_products_macro_f1_is_that_of_all_classes():
    y, proba = answers(seed=5, skill=1.0)
    assert set(y) == set(range(5))
    expected = metrics.f1_score(y, proba.argmax(axis=1), average="macro")
    assert scored(y, proba).macro_f1 == pytest.approx(expected)


def test_a_class_without_products_is_not_measured_and_not_in_macro_f1():
    report = scored([2, 2, 2], np.eye(5)[[2, 2, 0]])  # class 0 is predicted once
    assert report.accuracy == pytest.approx(2 / 3)
    assert (report.macro_f1, report.weighted_f1) == pytest.approx((0.8, 0.8))
    assert [score.f1 for score in report.per_class] == [None, None, pytest.approx(0.8), None, None]
    assert report.per_class[0].precision is report.per_class[0].recall is None


def test_a_class_with_products_that_is_never_predicted_has_a_precision_of_zero():
    report = scored([0, 1], np.eye(5)[[0, 0]])
    assert report.per_class[1] == ClassScore(CLASSES[1], 0.0, 0.0, 0.0, 1)
    assert report.macro_f1 == pytest.approx((2 / 3 + 0) / 2)


def test_two_classes_and_one():
    y, proba = answers(50, 2)
    report = scored(y, proba, ("no", "yes"))
    assert report.top3_accuracy == 1
    assert report.macro_f1 == pytest.approx(metrics.f1_score(y, proba.argmax(axis=1), average="macro"))
    assert scored([0, 0], [[1.0], [1.0]], ("all",)).macro_f1 == 1


def test_a_true_class_of_probability_zero_has_a_finite_log_loss():
    report = scored([0], [[0, 1, 0, 0, 0]])
    assert report.log_loss == pytest.approx(-np.log(5e-6))


def test_of_equal_probabilities_every_score_counts_the_first():
    even = np.full((4, 5), 0.2)
    report = scored([0, 1, 2, 3], even)
    assert report.accuracy == 0.25
    assert report.top3_accuracy == 0.75
    assert report.confusion[:, 0].tolist() == [1, 1, 1, 1, 0]


@pytest.mark.parametrize(
    ("y", "proba", "kind", "message"),
    [
        ([], np.zeros((0, 5)), CatalogueError, "no products to evaluate"),
        ([0, 1], np.full((3, 5), 0.2), ValueError, "2 labels for 3 products"),
        ([5], np.full((1, 5), 0.2), ValueError, "from 0 to 4"),
        ([-1], np.full((1, 5), 0.2), ValueError, "from 0 to 4"),
        ([0], np.full((1, 4), 0.25), ValueError, "each of 5 classes, got 4"),
        ([0], np.full((1, 5), np.nan), ValueError, "finite"),
    ],
)
def test_unfit_arrays_are_refused(y, proba, kind, message):
    with pytest.raises(kind, match=message):
        scored(y, proba)


def test_importing_needs_no_scikit_learn():
    heavy = {"sklearn", "scipy", "pandas"}
    code = f"import sys, core.evaluation.scores; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

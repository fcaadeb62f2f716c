from types import SimpleNamespace

import numpy as np
import pytest
from sklearn import metrics

from core.bundle.reader import Bundle
from core.evaluation.intervals import Interval
from core.evaluation.scores import evaluate
from core.heads.key import HeadKey
from core.views.models.model_table import (
    AVERAGES,
    CATEGORY_SHARES,
    SHARES,
    accuracies,
    category_score_table,
    classification_report,
    first_pair,
    headline,
    model_keys,
    model_name,
    model_with_input,
    models_table,
    untested_note,
)


@pytest.fixture(scope="module")
def bundle(tiny_bundle):
    return Bundle.open(tiny_bundle)


def test_categories_come_with_the_lowest_f1_first(bundle):
    report = bundle.report("image", "logistic_regression")
    table = category_score_table(report)
    assert list(table["F1"]) == sorted(score.f1 for score in report.per_class)
    assert table["Test products"].sum() == report.n


def test_categories_without_test_products_come_last_and_have_no_scores():
    answers = np.array([0, 0, 0, 1, 3])
    report = evaluate(
        np.array([0, 0, 1, 1, 1]), np.eye(4)[answers], ("A", "B", "C", "D"), modality="text", head="mlp"
    )
    table = category_score_table(report)
    assert list(table["Category"]) == ["B", "A", "C", "D"]
    assert table["F1"].tolist()[:2] == pytest.approx([0.5, 0.8])
    scores = table[list(CATEGORY_SHARES)]
    assert scores[:2].notna().all().all()
    assert scores[2:].isna().all().all()
    end = "not count in macro F1."
    assert untested_note(table) == f"2 categories without test products have no scores and do {end}"
    assert untested_note(table[:3]) == f"1 category without test products has no scores and does {end}"
    assert untested_note(table[:2]) == ""


def test_averages_are_those_of_scikit_learns_report():
    random = np.random.default_rng(0)
    true = random.integers(0, 3, 80)  # nothing is of the fourth category
    predicted = np.where(random.random(80) < 0.7, true, random.integers(0, 3, 80))
    names = ("a", "b", "c", "d")
    report = evaluate(true, np.eye(4)[predicted], names, modality="text", head="made up")
    table = classification_report(report).set_index("Category")
    expected = metrics.classification_report(true, predicted, target_names=names[:3], output_dict=True)
    rows = dict(zip(AVERAGES, ("macro avg", "weighted avg"), strict=True)) | {n: n for n in names[:3]}
    for ours, theirs in rows.items():
        for column, key in (("Precision", "precision"), ("Recall", "recall"), ("F1", "f1-score")):
            assert table.loc[ours, column] == pytest.approx(expected[theirs][key])
        assert table.loc[ours, "Test products"] == expected[theirs]["support"]
    assert list(table.index[-2:]) == list(AVERAGES)
    assert table.loc["Macro average", "F1"] == pytest.approx(report.macro_f1)


def test_all_models_are_listed(bundle):
    table = models_table(bundle)
    assert len(table) == len(bundle.models)
    assert set(SHARES) <= set(table.columns)


def test_accuracies_leave_gaps_where_an_input_has_no_such_head(bundle):
    models = [model for model in bundle.models if (model.modality, model.head) != ("image", "random_forest")]
    heads, series = accuracies(SimpleNamespace(models=models, modalities=bundle.modalities))
    assert heads == ["Logistic regression", "Random forest"]
    (card,) = (m for m in models if (m.modality, m.head) == ("image", "logistic_regression"))
    assert series["Image"] == [Interval(card.report.accuracy, *card.intervals["accuracy"]), None]


def test_the_first_two_to_compare_differ_where_they_can(bundle):
    assert first_pair(bundle) == (("text", bundle.best["text"]), ("image", bundle.best["image"]))
    alone = SimpleNamespace(best={"text": "a"}, models=bundle.models[:1], modalities=("text",))
    assert len(set(first_pair(alone))) == 1
    keys = model_keys(bundle)
    assert len(keys) == len(bundle.models)
    assert keys[0] == ("text", bundle.best["text"])


def test_models_have_names(bundle):
    assert model_name(bundle, HeadKey("text", bundle.best["text"])).startswith("Text · ")
    assert model_name(bundle, HeadKey("text", bundle.best["text"])).endswith("★")
    assert "tiny text features" in model_with_input(bundle, HeadKey("text", "random_forest")).replace(
        "-", " "
    )


def test_the_headline_has_the_scores_of_the_report(bundle):
    report = bundle.report("text")
    wrong = report.n - int(np.diag(report.confusion).sum())
    assert headline(report)["Mistakes"] == f"{wrong:,} of {report.n:,}"
    assert headline(report)["Accuracy"] == f"{100 * (1 - wrong / report.n):.1f}%"

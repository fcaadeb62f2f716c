from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from core.bundle.reader import Bundle
from core.evaluation.conformal import set_scores
from core.evaluation.fusion_gain import fusion_gain
from core.views.models import model_views
from core.views.models.comparison import Answers, answers, difference, gain_of
from core.views.models.model_views import BOTH_ALIKE, BOTH_DIFFERENTLY, ONLY_FIRST, ONLY_SECOND


@pytest.fixture(scope="module")
def bundle(tiny_bundle):
    return Bundle.open(tiny_bundle)


def said(*predicted: int, sure: float = 0.6) -> Answers:
    """Answers to five products of classes 0, 0, 1, 1, 2."""
    true = np.array([0, 0, 1, 1, 2])
    proba = np.full((5, 3), (1 - sure) / 2)
    proba[np.arange(5), predicted] = sure + 0.01 * np.arange(5)
    return Answers(np.arange(10, 15), true, np.array(predicted), proba)


def shelf(private: bool = False) -> SimpleNamespace:
    table = pd.DataFrame({"sku": [f"p{i}" for i in range(15)], "name": [f"=name {i}" for i in range(15)]})
    return SimpleNamespace(
        table=table, classes=("bag", "cup", "hat"), private=private, thumbnail=lambda sku: sku.encode()
    )


def test_disagreements_share_out_all_that_is_wrong():
    first, second = said(0, 1, 0, 2, 2), said(1, 1, 1, 0, 2)
    found = model_views.disagreements(first, second)
    assert {name: list(places) for name, places in found.items()} == {
        ONLY_FIRST: [0],
        ONLY_SECOND: [2],
        BOTH_DIFFERENTLY: [3],
        BOTH_ALIKE: [1],
    }


def test_disagreements_are_those_of_the_comparison(bundle):
    pair = ("text", "random_forest"), ("image", "logistic_regression")
    gain = difference(bundle, *pair)
    found = model_views.disagreements(*(answers(bundle, *key) for key in pair))
    assert list(found[ONLY_FIRST]) == list(gain.rescued)
    assert list(found[ONLY_SECOND]) == list(gain.spoiled)
    assert len(found[BOTH_ALIKE]) + len(found[BOTH_DIFFERENTLY]) == gain.overall.both_wrong


def test_answers_are_read_once_for_all_who_open_the_bundle(bundle, monkeypatch):
    found = answers(bundle, "text")
    monkeypatch.setattr(Bundle, "predictions", None)
    assert answers(Bundle.open(bundle.path), "text", bundle.best["text"]) is found


def test_answers_to_different_products_cannot_be_compared():
    with pytest.raises(ValueError, match="same order"):
        model_views.disagreements(said(0, 0, 0, 0, 0), replace(said(0, 0, 0, 0, 0), rows=np.arange(5)))


def test_a_listing_has_the_surest_first_with_their_pictures():
    listing = model_views.answer_listing(shelf(), said(1, 1, 0, 0, 0), np.array([0, 1]))
    assert listing.rows == (11, 10)
    assert listing.notes == ("61% sure", "60% sure")
    assert listing.table.to_dict("records")[0] == {
        "Id": "p11",
        "Name": "=name 11",
        "Category": "bag",
        "Predicted": "cup",
        "Confidence": 0.61,
    }
    first, second = listing.cards(shelf(), 0, 12)
    assert (first.picture, first.title) == (b"p11", "=name 11")
    assert [card.title for card in listing.cards(shelf(), 1, 2)] == [second.title]


def test_products_of_several_categories_say_which():
    notes = model_views.answer_listing(shelf(), said(1, 1, 0, 0, 0), np.array([1, 2])).notes
    assert notes == ("Is cup\n62% bag", "Is bag\n61% cup")


def test_a_private_listing_names_no_product():
    listing = model_views.answer_listing(shelf(private=True), said(1, 1, 0, 0, 0), np.array([0]))
    assert "Name" not in listing.table
    assert "name 10" not in listing.table.to_csv()


def test_nothing_to_list():
    listing = model_views.pair_listing(
        shelf(), said(0, 0, 0, 0, 0), said(1, 1, 1, 1, 1), np.array([], dtype=int)
    )
    assert len(listing) == 0
    assert listing.cards(shelf(), 0, 12) == []


def test_of_two_models_the_surest_mistakes_come_first():
    first, second = said(0, 1, 0, 2, 2, sure=0.9), said(1, 1, 1, 0, 0, sure=0.5)
    listing = model_views.pair_listing(shelf(), first, second, np.arange(5))
    # A is wrong on 1, 2 and 3 with 0.91 to 0.93; B alone on 4 and 0 with 0.54 and 0.50.
    assert listing.rows == (13, 12, 11, 14, 10)
    assert listing.notes[0] == "Is cup\nA: hat\nB: bag"
    assert listing.notes[1] == "Is cup\nA: bag"
    assert listing.notes[2] == "Is bag\nA and B: cup"
    assert listing.notes[3] == "Is hat\nB: bag"
    assert list(listing.table["Confidence of B"]) == [0.53, 0.52, 0.51, 0.54, 0.5]


def test_categories_come_with_the_lowest_f1_first(bundle):
    report = bundle.report("image", "logistic_regression")
    table = model_views.class_table(report)
    assert list(table["F1"]) == sorted(score.f1 for score in report.per_class)
    assert table["Test products"].sum() == report.n


def test_all_models_are_listed_also_those_of_older_bundles(bundle):
    table = model_views.models_table(bundle)
    assert len(table) == len(bundle.models)
    assert set(model_views.SCORES) <= set(table.columns)
    old = SimpleNamespace(
        models=[
            replace(bundle.models[0], train_accuracy=None, peak_mb=None, intervals={}, calibration_error=None)
        ]
    )
    assert model_views.models_table(old)["95 % interval"].tolist() == [""]


def test_accuracies_leave_gaps_where_an_input_has_no_such_head(bundle):
    models = [model for model in bundle.models if (model.modality, model.head) != ("image", "random_forest")]
    heads, series = model_views.accuracies(SimpleNamespace(models=models, modalities=bundle.modalities))
    assert heads == ["Logistic regression", "Random forest"]
    assert series["Image"] == [bundle.report("image", "logistic_regression").accuracy, None]


def test_the_first_two_to_compare_differ_where_they_can(bundle):
    assert model_views.first_pair(bundle) == (("text", bundle.best["text"]), ("image", bundle.best["image"]))
    alone = SimpleNamespace(best={"text": "a"}, models=bundle.models[:1], modalities=("text",))
    assert len(set(model_views.first_pair(alone))) == 1
    keys = model_views.model_keys(bundle)
    assert len(keys) == len(bundle.models)
    assert keys[0] == ("text", bundle.best["text"])


def test_models_have_names(bundle):
    assert model_views.model_word(bundle, ("text", bundle.best["text"])).startswith("Text · ")
    assert model_views.model_word(bundle, ("text", bundle.best["text"])).endswith("★")
    assert "tiny text features" in model_views.rests_on(bundle, ("text", "random_forest")).replace("-", " ")


def gains():
    y = np.repeat([0, 1, 2], 40)
    single, fused = y.copy(), y.copy()
    single[:30] = 1  # class 0: fused is right 30 times more often
    fused[79] = 0  # class 1: once less often
    return fusion_gain(y, single, fused, ("bag", "cup", "hat", "unseen"))


def test_gains_by_category_largest_first_with_what_is_hardly_chance():
    table = model_views.gain_table(gains().per_class)
    assert list(table["Category"]) == ["bag", "hat", "cup"]
    assert list(table["Difference"]) == pytest.approx([75, 0, -2.5])
    assert list(table["Hardly chance"]) == [True, False, False]
    assert (table["Low"] <= table["Difference"]).all() and (table["Difference"] <= table["High"]).all()
    assert list(table["Only A right"]) == [30, 0, 0]


def test_categories_on_which_nothing_differs_are_left_out():
    table = model_views.gain_table(gains().per_class)
    assert list(model_views.differing(table)["Category"]) == ["bag", "cup"]
    assert list(model_views.differing(table, 1)["Category"]) == ["bag"]


def test_headlines_say_what_was_measured(bundle):
    gain = gain_of(bundle)
    keys = ("fused", bundle.best["fused"]), ("text", bundle.best["text"])
    shown = model_views.difference_headline(bundle, gain, *keys)
    assert shown["Accuracy of A"] == f"{bundle.report(*keys[0]).accuracy:.1%}"
    assert shown["A less B"] == f"{100 * gain.overall.difference.value:+.1f} points"
    report = bundle.report("text")
    wrong = report.n - int(np.diag(report.confusion).sum())
    assert model_views.headline(report)["Mistakes"] == f"{wrong:,} of {report.n:,}"


def test_sets_are_put_into_words():
    sets = np.array([[True, False], [True, True], [False, True], [True, False]])
    scores = set_scores(np.array([0, 1, 1, 1]), sets)
    assert model_views.set_headline(scores, 0.95)["Categories in a set"] == "1.25"
    text = model_views.set_words(scores, 0.95)
    assert "75.0% of the products" in text and "95% were wanted" in text and "1.25 categories" in text
    assert "as promised" in text  # four rows cannot show that it is less
    many = set_scores(np.ones(400, dtype=int), np.tile([True, False], (400, 1)))
    assert "less often than promised" in model_views.set_words(many, 0.95)

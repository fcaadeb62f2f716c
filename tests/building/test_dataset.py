"""A dataset keeps features, labels and split together, so that nobody does it by hand."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score, f1_score

from core.building.dataset import Dataset, prepare_dataset
from core.catalogue.reading import Catalogue, read_catalogue
from core.common.errors import CoreError
from tests import tiny


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory) -> Catalogue:
    return read_catalogue(tiny.write_catalogue(tmp_path_factory.mktemp("dataset")), "csv", minimum=5)


@pytest.fixture(scope="module")
def dataset(catalogue) -> Dataset:
    return prepare_dataset(catalogue, {"text": tiny.TinyText(), "image": tiny.TinyImage()})


def test_a_label_is_the_position_of_the_category(dataset, catalogue):
    named = [dataset.categories[label] for label in dataset.labels]
    assert named == catalogue.table["category"].tolist()
    assert len(dataset) == len(catalogue.table) == 90


def test_rows_of_a_part_have_the_modality(dataset, catalogue):
    for modality, columns in (
        ("text", ["has_text"]), ("image", ["has_image"]), ("fused", ["has_text", "has_image"]),
    ):  # fmt: skip
        having = np.flatnonzero(catalogue.table[columns].all(axis=1))
        parts = [dataset.rows(part, modality) for part in ("train", "validation", "test")]
        assert sorted(np.concatenate(parts).tolist()) == having.tolist()
        assert not dataset.features(modality)[~np.isin(np.arange(90), having)].any() or modality == "fused"


def test_images_that_the_encoder_was_trained_on_are_not_in_the_test(catalogue, monkeypatch):
    digests = catalogue.table["image_digest"]
    learned = (digests != "").to_numpy() & (np.arange(len(digests)) % 3 == 0)
    monkeypatch.setattr("core.building.preparation.learned_rows", lambda encoders, digests: learned)
    dataset = prepare_dataset(catalogue, {"image": tiny.TinyImage()})
    assert learned.any()
    assert not learned[dataset.rows("test", "image")].any()


@pytest.mark.parametrize("modality", ["text", "image", "fused"])
def test_a_model_is_scored_as_scikit_learn_scores_it(dataset, catalogue, modality):
    model = dataset.train("logistic_regression", modality)
    rows = dataset.rows("test", modality)
    true = catalogue.table["category"].to_numpy(dtype=object)[rows]
    predicted = np.array(dataset.categories, dtype=object)[model.predict_proba(rows).argmax(axis=1)]
    report = model.evaluate()
    assert (report.modality, report.head, report.n) == (modality, "logistic_regression", len(rows))
    assert report.accuracy == pytest.approx(accuracy_score(true, predicted))
    assert report.macro_f1 == pytest.approx(f1_score(true, predicted, average="macro"))
    assert report.accuracy > 0.8


def test_models_are_compared_where_both_can_answer(dataset):
    text, image = (dataset.train("logistic_regression", m) for m in ("text", "image"))
    comparison = text.compare(image)
    shared = sorted(set(dataset.rows("test", "text")) & set(dataset.rows("test", "image")))
    right = [(m.predict_proba(np.array(shared)).argmax(1) == dataset.labels[shared]) for m in (text, image)]
    assert comparison.n == len(shared)
    assert comparison.difference.value == pytest.approx(right[0].mean() - right[1].mean())
    assert text.compare(text).difference.value == 0


def test_only_models_of_one_dataset_are_compared(dataset, catalogue):
    other = prepare_dataset(catalogue, {"text": tiny.TinyText()}).train("logistic_regression", "text")
    with pytest.raises(CoreError, match="one dataset"):
        dataset.train("logistic_regression", "text").compare(other)


def test_a_wrong_category_is_found(catalogue, tmp_path):
    folder = tiny.write_catalogue(tmp_path)
    table = pd.read_csv(folder / "products.csv", keep_default_na=False)
    table.loc[3, "category"] = "Mugs"
    table.to_csv(folder / "products.csv", index=False)
    wrong = read_catalogue(folder, "csv", minimum=5)
    dataset = prepare_dataset(wrong, {"text": tiny.TinyText(), "image": tiny.TinyImage()})
    faults = dataset.find_faults()
    assert table["sku"][3] in faults.loc[faults["kind"] == "label", "sku"].tolist()
    assert list(faults.columns) == ["kind", "sku", "name", "category", "score", "reason", "suggestion"]


def test_a_map_has_no_place_for_products_without_the_modality(dataset, catalogue):
    coordinates = dataset.map("pca", "image", dims=3)
    assert coordinates.shape == (90, 3)
    assert (np.isfinite(coordinates).all(axis=1) == catalogue.table["has_image"].to_numpy()).all()


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (lambda dataset: dataset.train("blend", "fused"), "build a bundle"),
        (lambda dataset: dataset.train("perceptron", "text"), "unknown head"),
        (lambda dataset: dataset.train("logistic_regression", "sound"), "text, image, fused"),
        (lambda dataset: dataset.rows("holdout", "text"), "train, validation, test"),
    ],
)
def test_a_wrong_name_is_one_clear_line(dataset, wish, words):
    with pytest.raises(CoreError, match=words):
        wish(dataset)

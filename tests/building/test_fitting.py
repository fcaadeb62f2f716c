"""A category all of whose products have one name is one group; it is learned all the same."""

import csv

import pytest

from core.building.build import build_bundle
from core.building.options import BuildOptions
from core.bundle.reader import Bundle
from core.catalogue.reading import read_catalogue, read_chunks
from core.serving.predictor import Predictor
from tests import tiny

NAME = "round shoe with a lace"


def catalogue(folder, per_class=30, seed=0):
    """Write four categories; all products of the last, Shoes, have one name and description."""
    tiny.write_catalogue(folder, per_class, (*tiny.KNOWN, "Shoes"), seed)
    with (folder / "products.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["category"] == "Shoes":
            row |= {"name": NAME, "description": ""}
    with (folder / "products.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return folder


@pytest.fixture(scope="module", params=["text", "text and image"])
def bundle(request, tmp_path_factory) -> Bundle:
    tiny.register_tiny_encoders()
    folder = tmp_path_factory.mktemp("one-name")
    read = read_catalogue(catalogue(folder / "data"), "csv", minimum=5)
    encoders = {"text": tiny.TinyText(), "image": tiny.TinyImage()}
    given = {side: encoder for side, encoder in encoders.items() if side in request.param}
    options = BuildOptions(heads=("logistic_regression", "tfidf", "blend"), methods=())
    return build_bundle(read, given, folder / "b", options).bundle


def test_it_is_one_group_in_training(bundle):
    shoes = (bundle.table["category"] == "Shoes").to_numpy()
    assert set(bundle.groups[shoes].tolist()).isdisjoint(bundle.groups[~shoes].tolist())
    assert set(bundle.table["part"][shoes]) == {"train"}
    assert len(set(bundle.groups[shoes].tolist())) == 1


def test_the_blend_answers_it(bundle):
    assert bundle.best["text"] == "blend"
    answer = Predictor.load(bundle).classify(NAME)
    assert (answer.answered_by.head, answer.category) == ("blend", "Shoes")
    assert answer.confidence > 0.5


def test_nobody_could_test_it_so_that_it_is_always_reviewed(bundle):
    shoes = bundle.classes.index("Shoes")
    for given in bundle.modalities:
        rule = bundle.acceptance(given)
        assert rule.own[shoes] < 5
        assert rule.thresholds[shoes] > 1
    assert "untested category" in Predictor.load(bundle).classify(NAME).reasons


def test_new_products_of_all_categories_are_still_told_apart(bundle, tmp_path):
    (chunk,) = read_chunks(catalogue(tmp_path, per_class=15, seed=3), "csv")
    frame = Predictor.load(bundle).predict_frame(chunk)
    right = frame["predicted"].to_numpy() == chunk.table["category"].to_numpy()
    given = (frame["predicted"] != "").to_numpy()
    for category in bundle.classes:
        assert right[given & (chunk.table["category"] == category).to_numpy()].mean() > 0.8

"""A bundle is scored on products that it never saw."""

import json
import shutil
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest

from core.bundle.promises import AcceptanceRules
from core.bundle.reader import Bundle
from core.catalogue.reading import read_chunks
from core.common.errors import CatalogueError
from core.evaluation.acceptance import AcceptanceRule
from core.evaluation.thresholds import NEVER
from core.serving.bulk.evaluation import evaluate_stream
from core.serving.bulk.predictions import write_predictions
from core.serving.predictor import Predictor
from tests import tiny


def test_evaluate_scores_known_and_counts_unknown(predictor, unseen):
    result = evaluate_stream(predictor, read_chunks(unseen, "csv", chunk_rows=10)).to_dict()
    assert result["n"] == 24
    assert result["set_aside"] == 12
    assert result["set_aside_classes"] == {"Shoes": 12}
    assert {(m["modality"], m["head"]) for m in result["models"]} == {
        (m, h) for m in ("text", "image", "fused") for h in ("logistic_regression", "random_forest")
    }
    best = {
        m["modality"]: m["accuracy"] for m in result["models"] if result["best"][m["modality"]] == m["head"]
    }
    assert best["fused"] > 0.8
    json.dumps(result)


def test_evaluate_and_predict_agree(predictor, unseen, tmp_path):
    write_predictions(predictor, read_chunks(unseen, "csv"), tmp_path / "p.csv")
    table = pd.read_csv(tmp_path / "p.csv", keep_default_na=False)
    given = pd.read_csv(unseen / "products.csv", keep_default_na=False)
    rows = given["category"] != "Shoes"
    result = evaluate_stream(predictor, read_chunks(unseen, "csv")).to_dict()
    text = next(
        m for m in result["models"] if m["modality"] == "text" and m["head"] == predictor.bundle.best["text"]
    )
    has_text = rows & (given["name"] != "")
    right = (table["predicted_text"] == given["category"])[has_text].sum()
    # Rows without text are scored by the class shares of the training rows
    shares = predictor.bundle.classes[int(predictor.bundle.prior.argmax())]
    right += (given["category"][rows & ~has_text] == shares).sum()
    assert text["accuracy"] == pytest.approx(right / rows.sum())


@pytest.fixture(scope="module")
def accepting(tiny_bundle, tmp_path_factory) -> Predictor:
    """A predictor that accepts answers of 60% or more, but none that says Mugs."""
    bundle = Bundle.open(tiny_bundle)
    rule = AcceptanceRule((0.6, 0.6, NEVER), (50,) * 3, 0.6, 0.5, 0.9, 0.0)
    rules = dict.fromkeys(bundle.modalities, rule)
    bundle.manifest = replace(bundle.manifest, acceptance=AcceptanceRules(0.9, 0.05, rules))
    return Predictor.load(bundle)


def only(folder, given, source):
    """Write the catalogue as if its products had nothing but what is given; those without it are left out."""
    table = pd.read_csv(source / "products.csv", keep_default_na=False)
    text, image = table["name"] != "", table["image"] != ""
    table = table[{"text": text, "image": image, "fused": text & image}[given]]
    if given == "text":
        table = table.assign(image="")
    if given == "image":
        table = table.assign(name="", description="")
    shutil.copytree(source / "images", folder / "images")
    table.to_csv(folder / "products.csv", index=False)
    return table["category"].to_numpy()


@pytest.mark.parametrize("given", ["text", "image", "fused"])
def test_products_are_scored_as_if_they_had_only_what_is_given(accepting, unseen, tmp_path, given):
    """The same counts come from the answers for a catalogue that has nothing else."""
    category = only(tmp_path, given, unseen)
    (chunk,) = read_chunks(tmp_path, "csv")
    frame = accepting.predict_frame(chunk)
    known = category != "Shoes"
    right = (frame["predicted"] == category)[known]
    sure = ~frame["needs_review"][known]
    found = evaluate_stream(accepting, read_chunks(unseen, "csv", chunk_rows=10), given=given)
    name = {"fused": "both"}.get(given, given)
    answers = found.answers[name]
    assert (answers.n, answers.right) == (known.sum(), right.sum())
    assert (answers.sure, answers.sure_right) == (sure.sum(), (sure & right).sum())
    assert 0 < answers.sure < answers.n
    assert all(each.n == 0 for key, each in found.answers.items() if key != name)
    assert {report.modality for report in found.reports} == {given}
    assert found.n == known.sum()


def test_without_a_word_each_product_is_scored_by_what_it_has(accepting, unseen):
    found = evaluate_stream(accepting, read_chunks(unseen, "csv"))
    table = pd.read_csv(unseen / "products.csv", keep_default_na=False)
    table = table[table["category"] != "Shoes"]
    text, image = table["name"] != "", table["image"] != ""
    counts = {given: each.n for given, each in found.answers.items()}
    assert counts == {
        "text": (text & ~image).sum(), "image": (image & ~text).sum(), "both": (text & image).sum()
    }  # fmt: skip
    plain = json.loads(json.dumps(found.to_dict()))["answers"]
    assert list(plain) == ["text", "image", "both"]
    assert set(plain["both"]) == {"n", "accuracy", "sure", "precision_sure", "worst_categories"}


def test_what_a_bundle_cannot_be_given_is_one_clear_line(predictor, unseen, tmp_path):
    words = SimpleNamespace(bundle=SimpleNamespace(name="words", modalities=("text",)))
    with pytest.raises(CatalogueError, match="'words' has no model for both"):
        evaluate_stream(words, read_chunks(unseen, "csv"), given="fused")
    data = tiny.write_catalogue(tmp_path, per_class=3, categories=("Mugs",))
    table = pd.read_csv(data / "products.csv")
    table.assign(image="").to_csv(data / "products.csv", index=False)
    with pytest.raises(CatalogueError, match="none of the 3 products has image and a category that"):
        evaluate_stream(predictor, read_chunks(data, "csv"), given="image")


def test_nothing_known_to_score_is_one_clear_line(predictor, tmp_path):
    data = tiny.write_catalogue(tmp_path, per_class=3, categories=("Mugs",))
    table = (data / "products.csv").read_text().replace("Mugs", "Spoons")
    (data / "products.csv").write_text(table)
    with pytest.raises(CatalogueError, match="none of the 3 products"):
        evaluate_stream(predictor, read_chunks(data, "csv"))

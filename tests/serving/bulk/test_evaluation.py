"""A bundle is scored on products that it never saw."""

import json

import pandas as pd
import pytest

from core.catalogue.reading import read_chunks
from core.common.errors import CatalogueError
from core.serving.bulk.evaluation import evaluate_stream
from core.serving.bulk.predictions import write_predictions
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


def test_nothing_known_to_score_is_one_clear_line(predictor, tmp_path):
    data = tiny.write_catalogue(tmp_path, per_class=3, categories=("Mugs",))
    table = (data / "products.csv").read_text().replace("Mugs", "Spoons")
    (data / "products.csv").write_text(table)
    with pytest.raises(CatalogueError, match="none of the 3 products"):
        evaluate_stream(predictor, read_chunks(data, "csv"))

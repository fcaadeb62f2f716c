"""Catalogues become CSV files of predictions, a row for every product."""

from dataclasses import replace

import pandas as pd
import pytest
from PIL import Image

from core.bundle.reader import Bundle
from core.catalogue.images.digest import bytes_digest
from core.catalogue.reading import read_chunks
from core.serving.bulk.predictions import write_predictions
from core.serving.predictor import Predictor
from tests import tiny
from tests.serving.bulk.stopping import chunks, hidden


def test_predict_keeps_every_row_in_order(predictor, unseen, tmp_path):
    out = tmp_path / "p.csv"
    count = write_predictions(predictor, read_chunks(unseen, "csv", chunk_rows=7), out)
    table = pd.read_csv(out, keep_default_na=False)
    given = pd.read_csv(unseen / "products.csv", keep_default_na=False)
    assert count == len(table) == len(given)
    assert list(table["sku"]) == list(given["sku"])
    assert list(table.columns) == [
        "sku", "predicted", "confidence", "predicted_text", "confidence_text", "predicted_image",
        "confidence_image", "needs_review", "reason",
    ]  # fmt: skip
    assert (table.loc[given["name"] == "", "predicted_text"] == "").all()
    assert (table.loc[given["image"] == "", "predicted_image"] == "").all()
    nothing = (given["name"] == "") & (given["image"] == "")
    assert ((table["predicted"] == "") == nothing).all()
    assert set(table["needs_review"]) <= {True, False}
    assert ((table["reason"] != "") == table["needs_review"]).all()


def test_an_image_that_shows_nothing_counts_as_none(tiny_bundle, tmp_path):
    """One is blank; another is what many products of the bundle's catalogue show."""
    data = tiny.write_catalogue(tmp_path, per_class=5, categories=("Mugs",))
    rows = pd.read_csv(data / "products.csv")
    first, second = (data / "images" / name for name in rows["image"][:2])
    Image.new("RGB", (64, 48), "white").save(first)
    bundle = Bundle.open(tiny_bundle)
    bundle.manifest = replace(bundle.manifest, placeholders=(bytes_digest(second.read_bytes()),))
    (chunk,) = read_chunks(data, "csv")
    frame = Predictor.load(bundle).predict_frame(chunk)
    shows_nothing = [True, True, False, False, False]
    assert (frame["predicted_image"] == "").tolist() == shows_nothing
    assert frame["reason"].str.contains("no usable image").tolist() == shows_nothing
    assert frame["predicted"].tolist()[:2] == frame["predicted_text"].tolist()[:2]
    assert frame["needs_review"][:2].all()


def test_no_cell_is_a_formula(tiny_bundle, tmp_path):
    data = tiny.write_catalogue(tmp_path / "data", per_class=5, categories=("Mugs",))
    table = pd.read_csv(data / "products.csv", keep_default_na=False)
    table["sku"] = ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-5", "plain"]
    table.to_csv(data / "products.csv", index=False)
    bundle = Bundle.open(tiny_bundle)
    predictor = Predictor.load(bundle)
    bundle.manifest = replace(bundle.manifest, classes=tuple(f"={name}" for name in bundle.classes))
    write_predictions(predictor, read_chunks(data, "csv"), tmp_path / "p.csv")
    written = pd.read_csv(tmp_path / "p.csv", keep_default_na=False)
    assert list(written["sku"]) == ["'=1+1", "'@SUM(A1)", "'+cmd|' /C calc'!A0", "-5", "plain"]
    assert written["predicted"].str.startswith("'=").all()


def test_predict_does_not_depend_on_the_chunks(predictor, unseen, tmp_path):
    for rows in (3, 100):
        write_predictions(predictor, read_chunks(unseen, "csv", chunk_rows=rows), tmp_path / f"{rows}.csv")
    few, many = (pd.read_csv(tmp_path / f"{rows}.csv") for rows in (3, 100))
    pd.testing.assert_frame_equal(few, many, rtol=1e-4, atol=1e-5)


def test_predictions_go_on_where_they_were_stopped(unseen, tiny_bundle, tmp_path):
    whole, out = tmp_path / "whole.csv", tmp_path / "p.csv"
    write_predictions(Predictor.load(tiny_bundle), chunks(unseen), whole)
    stopped, resumed = Predictor.load(tiny_bundle), Predictor.load(tiny_bundle)
    with pytest.raises(KeyboardInterrupt):
        write_predictions(stopped, chunks(unseen, stop_after=3), out)
    assert not out.exists()
    assert write_predictions(resumed, chunks(unseen), out) == 36
    assert out.read_bytes() == whole.read_bytes()
    total = sum(map(len, (chunk.table for chunk in chunks(unseen))))
    assert 0 < resumed.encoders["image"].encoded < stopped.encoders["image"].encoded < total
    assert hidden(tmp_path) == []

"""Whole bundles made with one of the field's encoders, and products classified from them alone."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from core.building.build import build_bundle
from core.building.options import BuildOptions
from core.catalogue.reading import read_catalogue
from core.features.encoders.encoder import Encoder
from core.serving.predictor import Predictor
from tests import tiny


def check_bundle_stands_alone(
    encoders: Mapping[str, Encoder], folder: Path, weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Build a bundle in `folder`, take away `weights` and the cache of exports, and classify with it."""
    tiny.register_tiny_encoders()
    data = tiny.write_catalogue(folder / "data", per_class=12)
    options = BuildOptions(heads=("logistic_regression",), methods=("pca",), synthetic=True, origin="made up")
    catalogue = read_catalogue(data, "csv", minimum=5)
    bundle = build_bundle(catalogue, encoders, folder / "artifacts" / "tiny", options).bundle
    assert {m: record.name for m, record in bundle.encoders.items()} == {
        m: encoder.name for m, encoder in encoders.items()
    }
    monkeypatch.setenv("PRODUCT_LENS_CACHE", str(folder / "empty"))
    taken = weights.rename(weights.with_name("taken-away"))
    try:
        predictor = Predictor.load(bundle.path)
        row = int(np.flatnonzero((bundle.table["name"] != "") & bundle.table["has_image"])[0])
        product = bundle.table.iloc[row]
        text = f"{product['name']} {product['description']}" if "text" in encoders else None
        answer = predictor.classify(text, data / "images" / product["image"])
    finally:
        taken.rename(weights)
    assert answer.given == ("fused" if "text" in encoders else "image")
    assert sum(ranked.confidence for ranked in answer.ranked) == pytest.approx(1, abs=1e-3)
    assert {ranked.category for ranked in answer.ranked} == set(bundle.classes)
    # What is asked about is encoded as the catalogue was, and different pictures differ.
    stored = bundle.features("image")
    np.testing.assert_allclose(answer.vectors["image"], stored[row], atol=1e-5)
    assert np.abs(stored[bundle.table["has_image"]] - stored[row]).max() > 0.01
    for modality, encoder in encoders.items():
        again = predictor.encoders[modality]
        assert (again.weights_id, again.side) == (encoder.weights_id, encoder.side)
        assert getattr(again, "logit_scale", None) == getattr(encoder, "logit_scale", None)

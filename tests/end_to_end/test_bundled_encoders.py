"""Whole bundles with the field's encoders (random weights), and products classified from them alone."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from core.building.build import build_bundle
from core.building.options import BuildOptions
from core.catalogue.reading import read_catalogue
from core.common.progress import silent
from core.features.encoders import clip, huggingface
from core.features.encoders.encoder import Encoder
from core.features.encoders.registry import load_encoder
from core.features.encoders.text_side import load_text_side
from core.serving.predictor import Predictor
from tests import tiny
from tests.features.encoders.test_clip import LAYERS, TINY, make_clip
from tests.features.encoders.test_pretrained import TINY as TINY_VIT
from tests.features.encoders.test_pretrained import TINY_VIT as VIT_LAYERS
from tests.networks import make_application, make_pretrained, photos

pytestmark = pytest.mark.slow


def resnet(folder: Path) -> dict[str, Encoder]:
    pixels = np.stack([np.asarray(picture.resize((224, 224))) for picture in photos()])
    make_application("ResNet50", "resnet", pixels, folder)
    return {"text": tiny.TinyText(), "image": load_encoder("resnet50", folder / "new.weights.h5")}


def vit(folder: Path) -> dict[str, Encoder]:
    make_pretrained(folder, "vit-base", "vit", "ViTModel", "first", VIT_LAYERS, photos())
    return {"image": huggingface.load(TINY_VIT, folder, silent)}


def clip_pair(folder: Path) -> dict[str, Encoder]:
    make_clip(folder, text=LAYERS, vision=LAYERS | {"patch_size": 32}, as_published=False)
    image = clip.load_image(TINY, clip.DIM, clip.PREPARATION, folder, silent)
    return {"text": load_text_side(image), "image": image}


@pytest.mark.parametrize("load", [resnet, vit, clip_pair])
def test_a_bundle_classifies_with_nothing_but_itself(load, tmp_path, monkeypatch):
    monkeypatch.setenv("PRODUCT_LENS_CACHE", str(tmp_path / "cache"))
    tiny.register_tiny_encoders()
    (tmp_path / "weights").mkdir()
    encoders = load(tmp_path / "weights")
    data = tiny.write_catalogue(tmp_path / "data")
    options = BuildOptions(heads=("logistic_regression",), methods=("pca",), synthetic=True, origin="made up")
    bundle = build_bundle(
        read_catalogue(data, "csv", minimum=5), encoders, tmp_path / "artifacts" / "tiny", options
    ).bundle
    assert {m: record.name for m, record in bundle.encoders.items()} == {
        m: e.name for m, e in encoders.items()
    }
    shutil.rmtree(tmp_path / "weights")
    shutil.rmtree(tmp_path / "cache")

    predictor = Predictor.load(bundle.path)
    row = int(np.flatnonzero((bundle.table["name"] != "") & bundle.table["has_image"])[0])
    product = bundle.table.iloc[row]
    text = f"{product['name']} {product['description']}" if "text" in encoders else None
    answer = predictor.classify(text, data / "images" / product["image"])
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

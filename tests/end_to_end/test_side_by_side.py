"""Whole bundles with encoders side by side: built, served, checked."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

from core.building.build import build_bundle
from core.building.options import BuildOptions
from core.bundle.checking import faults_of
from core.bundle.reader import Bundle
from core.bundle.wanted_precision import keep_wanted_precision
from core.catalogue.reading import read_catalogue
from core.catalogue.text import product_texts
from core.common.errors import BundleError, CoreError
from core.features.encoders.registry import ENCODERS, load_encoder
from core.serving.explain.case import Case
from core.serving.explain.image import image_effects
from core.serving.predictor import Predictor
from core.views.display_names import encoder_name
from tests import tiny
from tests.bundle.sealing import reseal

NAMES = {"text": "tiny-text+other-text", "image": "tiny-image+other-image"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("side-by-side")


@pytest.fixture(scope="module")
def bundle(folder):
    tiny.register_tiny_encoders()
    catalogue = read_catalogue(tiny.write_catalogue(folder / "data", per_class=14), "csv", minimum=5)
    encoders = {modality: load_encoder(name) for modality, name in NAMES.items()}
    options = BuildOptions(
        heads=("logistic_regression", "zero_shot"),
        methods=("pca",),
        augment=1,
        images_per_product=2,
        cache=folder / "cache",
    )
    return build_bundle(catalogue, encoders, folder / "artifacts" / "both", options).bundle


def test_a_product_is_read_as_it_was_when_built(bundle, folder):
    predictor = Predictor.load(bundle.path)
    assert {m: encoder.name for m, encoder in predictor.encoders.items()} == NAMES
    has_both = bundle.present("fused")
    for row in np.flatnonzero(has_both)[:5]:
        text = product_texts(bundle.table)[row]
        answer = predictor.classify(text, folder / "data" / "images" / bundle.table["image"][row])
        for modality in ("text", "image"):
            stored = bundle.features(modality)[row]
            np.testing.assert_allclose(answer.vectors[modality], stored, atol=1e-5)
            np.testing.assert_allclose(np.linalg.norm(stored), 1, atol=1e-5)
        assert answer.neighbours[0].similarity == pytest.approx(1, abs=1e-5)
    assert not bundle.features("text")[~bundle.present("text")].any()
    assert encoder_name(bundle, "text") == "tiny text + other text"


def test_numbers_are_standardised_by_training_products_alone(bundle, folder):
    plain = load_encoder(NAMES["text"])
    rows = [row for row in bundle.rows("train") if bundle.present("text")[row]]
    texts = np.array(product_texts(bundle.table), dtype=object)[rows]
    np.testing.assert_allclose(bundle.scaling("text")[0], plain.encode(list(texts)).mean(axis=0), atol=1e-5)


def test_an_image_is_explained(bundle, folder):
    row = int(np.flatnonzero(bundle.present("image"))[0])
    image = folder / "data" / "images" / bundle.table["image"][row]
    effects = image_effects(Case.of(Predictor.load(bundle.path), None, image), cells=3)
    assert effects.weight.shape == (3, 3) and np.abs(effects.weight).max() <= 1


def test_a_sound_bundle_has_no_faults(bundle):
    assert list(faults_of(bundle.path)) == []
    assert [member.name for member in bundle.encoders["text"].members] == ["tiny-text", "other-text"]
    assert bundle.encoders["text"].file == "encoders/text.npy"


@pytest.mark.parametrize("change", ["zero", "nan", "shape", "other"])
def test_other_numbers_are_refused(bundle, tmp_path, change):
    copy = tmp_path / "copy"
    shutil.copytree(bundle.path, copy)
    scaling = np.load(copy / "encoders" / "text.npy")
    if change == "shape":
        scaling = scaling[:, 1:]
    else:
        scaling[1, 3] = {"zero": 0, "nan": np.nan, "other": 2}[change]
    np.save(copy / "encoders" / "text.npy", scaling)
    reseal(copy)
    with pytest.raises(CoreError, match=r"text\.npy|built with weights"):
        Bundle.open(copy).encoder("text")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text["members"][0].update(dim=3), "members: expected up to 8, 80 numbers together"),
        (lambda text: text.update(file="encoders/text.onnx"), "file: expected encoders/text.npy"),
        (lambda text: text["members"][1].update(bundled=False), "file: expected encoders/text_2.onnx"),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(bundle, tmp_path, change, message):
    copy = tmp_path / "copy"
    shutil.copytree(bundle.path, copy)
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    manifest["encoders"]["text"]["members"][1]["file"] = "other.onnx"
    change(manifest["encoders"]["text"])
    (copy / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(BundleError, match=message):
        Bundle.open(copy)


def test_an_encoder_of_several_languages_brings_a_head_for_them(tmp_path, monkeypatch):
    tiny.register_tiny_encoders()
    entry = replace(ENCODERS["tiny-text"], languages=frozenset(("en", "de")))
    monkeypatch.setitem(ENCODERS, "tiny-text", entry)
    catalogue = read_catalogue(tiny.write_catalogue(tmp_path / "data", per_class=14), "csv", minimum=5)
    options = BuildOptions(heads=("logistic_regression", "tfidf", "blend"), methods=())
    built = build_bundle(
        catalogue, {"text": tiny.TinyText()}, tmp_path / "artifacts" / "languages", options
    ).bundle
    assert built.other_head("text").head == "logistic_regression"
    assert built.texts.covered == ("de",)
    assert Bundle.open(built.path).manifest.acceptance == built.manifest.acceptance
    predictor = Predictor.load(built.path)
    german = "Eine schöne Leuchte für das Wohnzimmer mit Schirm"
    answer = predictor.classify(german)
    assert answer.answered_by == ("text", "logistic_regression")
    assert "unknown language" not in answer.reasons
    assert answer.further_language and not answer.plausible
    assert Case.of(predictor, german, None).answered_by == answer.answered_by


def test_another_wanted_precision_keeps_the_head_for_further_languages(tmp_path, monkeypatch):
    tiny.register_tiny_encoders()
    entry = replace(ENCODERS["tiny-text"], languages=frozenset(("en", "de")))
    monkeypatch.setitem(ENCODERS, "tiny-text", entry)
    catalogue = read_catalogue(tiny.write_catalogue(tmp_path / "data", per_class=14), "csv", minimum=5)
    options = BuildOptions(heads=("logistic_regression", "tfidf", "blend"), methods=(), wanted_precision=0.9)
    encoders = {"text": tiny.TinyText()}
    built = build_bundle(catalogue, encoders, tmp_path / "artifacts" / "languages", options).bundle
    at_90 = built.manifest.acceptance
    keep_wanted_precision(built, 0.99)
    assert Bundle.open(built.path).other_head("text").head == "logistic_regression"
    assert list(faults_of(built.path)) == []
    keep_wanted_precision(built, 0.9)
    assert Bundle.open(built.path).manifest.acceptance == at_90

"""Encoders in 8 bits: what serves, what the bundle says of it, and what is refused."""

import json
from dataclasses import replace

import numpy as np
import pytest

from core.building import compression
from core.building.build import build_bundle
from core.building.compression import Learning, compressed
from core.building.finetuning import tuning
from core.building.finetuning.process import train
from core.building.options import BuildOptions
from core.building.refit import training_data
from core.building.refit_bundle import keep_refit
from core.bundle.checking import faults_of
from core.bundle.protocol import rebuild_command
from core.bundle.reader import Bundle
from core.bundle.training import TrainingChoices
from core.catalogue.reading import read_catalogue
from core.catalogue.text import product_texts
from core.features.backends import Backend
from core.features.encoders.side_by_side import SideBySide
from core.features.vectors import Features
from tests import tiny
from tests.building.finetuning import networks
from tests.building.finetuning.test_applying import FAST, WORDS


@pytest.fixture(scope="module", autouse=True)
def small(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRODUCT_LENS_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setattr(compression, "CALIBRATED", 16)
        patch.setattr(compression, "LEAST_COMPARED", 20)
        patch.setattr(tuning, "_run", train)
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pressed")
    catalogue = read_catalogue(tiny.write_catalogue(folder / "data", per_class=30), "csv", minimum=5)
    encoders = networks.encoders(folder, WORDS)
    return folder, catalogue, encoders


@pytest.fixture(scope="module")
def built(made):
    folder, catalogue, encoders = made
    options = BuildOptions(
        heads=("logistic_regression",),
        methods=(),
        training=TrainingChoices(compress="int8"),
    )
    return build_bundle(catalogue, encoders, folder / "artifacts" / "one", options)


def operators(file):
    import onnx

    return {node.op_type for node in onnx.load(file).graph.node}


def test_what_answers_live_is_what_heads_were_trained_on(built, made):
    bundle = Bundle.open(built.bundle.path)
    assert faults_of(bundle.path) == []
    for side, before in made[2].items():
        record = bundle.encoders[side]
        pressed = record.compression
        assert pressed.precision == "int8"
        assert pressed.base_weights_id == before.weights_id != record.weights_id
        assert "QuantizeLinear" in operators(bundle.path / f"encoders/{side}.onnx")
        assert pressed.trials[-1].bytes == bundle.manifest.files[record.file].bytes
    rows = np.flatnonzero(bundle.present("text"))
    texts = [product_texts(bundle.table)[row] for row in rows]
    live = bundle.encoder("text").encode(texts)
    np.testing.assert_allclose(live, bundle.features("text")[rows], atol=1e-5)
    in_fp32 = made[2]["text"].encode(texts)
    assert 1e-4 < np.abs(live - in_fp32).max() < 0.2
    assert Backend("onnx", "int8").applied(bundle.encoder("text")).onnx_path == bundle.file(
        "encoders/text.onnx"
    )


def test_a_refit_goes_on_with_the_encoders_that_the_bundle_carries(built, tmp_path):
    bundle = Bundle.open(built.bundle.path)
    data = training_data(bundle, bundle.labels)
    assert data.compress
    assert data.frozen is None
    kept = keep_refit(bundle, bundle.labels, bundle.path.parent / "two")
    assert kept.encoders == bundle.encoders
    assert kept.encoder("image").weights_id == bundle.encoder("image").weights_id
    assert faults_of(kept.path) == []


def test_the_command_that_builds_it_again_asks_for_8_bits(built):
    manifest = json.loads((built.bundle.path / "manifest.json").read_text())
    assert "--compress int8" in rebuild_command(built.bundle.path, manifest)
    manifest["encoders"]["text"]["compression"]["base_bundled"] = True
    command = rebuild_command(built.bundle.path, manifest)
    assert "--text-weights" not in command
    assert "--weights DIR" in command


def learning_of(catalogue, **changes):
    labels = catalogue.table["category"].map(list(catalogue.classes).index).to_numpy(dtype=np.int64)
    train = np.arange(0, len(labels), 2)
    return Learning(catalogue, train, labels, np.arange(len(labels)), BuildOptions(**changes))


def features_of(catalogue, encoder):
    learning = learning_of(catalogue)
    return learning.encode(encoder, np.arange(len(catalogue.table))), learning


@pytest.mark.parametrize(
    ("losses", "precision"),
    [
        ([0.30, 0.305], "int8"),
        ([0.30, 0.32, 0.29], "int8-weights"),
        ([0.30, 0.32, 0.32], "fp32"),
    ],
)
def test_the_first_precision_that_loses_nothing_is_taken(made, monkeypatch, losses, precision):
    _, catalogue, encoders = made
    encoder = encoders["image"]
    features, learning = features_of(catalogue, encoder)
    left = iter(losses)
    monkeypatch.setattr(Learning, "loss", lambda *_: next(left))
    kept, other = compressed(encoder, features, learning)
    assert encoder.compression is None
    assert kept.compression.precision == precision
    assert [trial.loss for trial in kept.compression.trials] == losses[1:]
    assert (other is features) == (precision == "fp32")
    assert (kept.weights_id == encoder.weights_id) == (precision == "fp32")
    assert ("QuantizeLinear" in operators(kept.onnx_path)) == (precision == "int8")
    cosines = (other.vectors * features.vectors).sum(axis=1)[features.present]
    assert cosines.min() > 0.99


def test_vectors_that_point_elsewhere_are_not_taken(made, monkeypatch):
    _, catalogue, encoders = made
    monkeypatch.setattr(compression, "LEAST_COSINE", 1.1)
    kept, _ = compressed(encoders["image"], *features_of(catalogue, encoders["image"]))
    assert not kept.compression.taken


def test_test_products_take_no_part(made):
    """The vectors of products that are not in training can be anything."""
    _, catalogue, encoders = made
    features, learning = features_of(catalogue, encoders["text"])
    others = np.setdiff1d(np.arange(len(catalogue.table)), learning.train)
    broken = features.vectors.copy()
    broken[others] = np.nan
    first = compressed(encoders["text"], features, learning)[0].compression
    labels = learning.labels.copy()
    labels[others] = -1
    second = compressed(
        encoders["text"], Features(broken, features.present), replace(learning, labels=labels)
    )[0].compression
    assert first == second


def test_encoders_side_by_side_are_asked_one_by_one(made):
    _, catalogue, encoders = made
    both = SideBySide([encoders["text"], tiny.TinyText()])
    features, learning = features_of(catalogue, both)
    pressed, other = compressed(both, features, learning)
    assert [member.compression is not None for member in pressed.members] == [True, False]
    assert other.vectors.shape == features.vectors.shape
    alone = compressed(encoders["text"], *features_of(catalogue, encoders["text"]))[0]
    assert alone.weights_id == pressed.members[0].weights_id


def test_without_enough_training_products_nothing_is_tried(made, monkeypatch):
    _, catalogue, encoders = made
    features, learning = features_of(catalogue, encoders["text"])
    monkeypatch.setattr(compression, "LEAST_COMPARED", 1000)
    assert compressed(encoders["text"], features, learning) == (encoders["text"], features)


def test_a_fine_tuned_encoder_is_compressed_and_judged_by_the_one_before(made):
    folder, catalogue, encoders = made
    options = BuildOptions(
        heads=("logistic_regression", "blend"),
        methods=(),
        finetune={"image": FAST["image"]},
        training=TrainingChoices(compress="int8"),
        cache=folder / "cache",
    )
    bundle = build_bundle(catalogue, encoders, folder / "artifacts" / "tuned", options).bundle
    record = bundle.encoders["image"]
    assert record.fine_tuned.base == "tiny-pixels"
    assert record.compression.taken
    rows = np.flatnonzero(bundle.present("image"))
    data = training_data(bundle, bundle.labels)
    assert data.tuned == {"image"}
    frozen = features_of(catalogue, encoders["image"])[0].vectors[rows]
    np.testing.assert_allclose(bundle.frozen_features("image")[rows], frozen, atol=1e-5)
    assert np.abs(bundle.features("image")[rows] - frozen).max() > 0.01
    assert faults_of(bundle.path) == []

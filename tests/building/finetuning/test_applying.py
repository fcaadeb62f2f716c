"""A build whose encoders are fine-tuned: what the bundle holds and answers, what judges training products."""

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.building.build import build_bundle
from core.building.finetuning import tuning
from core.building.finetuning.process import train
from core.building.finetuning.settings import DEFAULTS
from core.building.learning_curve import learning_curve
from core.building.options import BuildOptions
from core.building.refit import training_data
from core.bundle.checking import faults_of
from core.bundle.protocol import rebuild_command
from core.bundle.reader import Bundle
from core.catalogue.reading import read_catalogue
from core.catalogue.text import product_texts
from core.common.errors import CoreError, EncoderError
from core.features.encoders.fine_tuned import FineTuned
from core.onnx.untrusted import check_onnx
from tests import tiny
from tests.building.finetuning import networks

FAST = {
    "text": replace(DEFAULTS["text"], blocks=1, epochs=3, rate=0.02, layer_rate=0.02, batch=8),
    "image": replace(DEFAULTS["image"], blocks=2, epochs=3, rate=3e-4, operations=0, mixup=0.0, batch=8),
}
WORDS = [
    *(word for words in tiny.WORDS.values() for word in words),
    "new",
    "fine",
    "blue",
    "set",
    "a",
    "with",
]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tuned")
    catalogue = read_catalogue(tiny.write_catalogue(folder / "data", per_class=24), "csv", minimum=5)
    encoders = networks.encoders(folder, WORDS)
    options = BuildOptions(
        heads=("logistic_regression", "blend"), methods=(), finetune=FAST, cache=folder / "cache"
    )
    told = []
    with pytest.MonkeyPatch.context() as patch:
        # In this process, which has torch by now; the slow tests use one of its own.
        patch.setattr(tuning, "_run", train)
        result = build_bundle(
            catalogue, encoders, folder / "artifacts" / "one", options, lambda *state: told.append(state)
        )
    return folder, catalogue, encoders, options, result, told


def test_the_record_says_what_the_encoder_was_made_from(built):
    _, _, _, _, result, told = built
    bundle = Bundle.open(result.bundle.path)
    for side, name in (("text", "tiny-words"), ("image", "tiny-pixels")):
        record, course = bundle.encoders[side], result.courses[side]
        assert course.best > 0
        products = (int(bundle.present(side)[bundle.rows(part)].sum()) for part in ("train", "validation"))
        assert record.name == f"{name}-finetuned"
        weights_id = {"text": "a", "image": "b"}[side] * 16
        assert record.fine_tuned == FineTuned(
            name, weights_id, False, FAST[side].blocks, course.best, *products, "frozen"
        )
        assert f"Fine-tuning {name}" in {stage for stage, _, _ in told}
    command = rebuild_command(bundle.path, json.loads((bundle.path / "manifest.json").read_text()))
    assert "--text tiny-words --image tiny-pixels --finetune both" in command


def test_the_bundle_answers_live_as_at_build_time(built):
    _, _, _, _, result, _ = built
    bundle = Bundle.open(result.bundle.path)
    assert faults_of(bundle.path) == []
    for side in ("text", "image"):
        check_onnx(bundle.path / f"encoders/{side}.onnx", head=False)
    text = bundle.encoder("text")
    rows = np.flatnonzero(bundle.present("text"))
    live = text.encode([product_texts(bundle.table)[row] for row in rows])
    np.testing.assert_allclose(live, bundle.features("text")[rows], atol=1e-4)
    assert np.abs(bundle.frozen_features("text")[rows] - live).max() > 0.01


def test_what_judges_training_products_is_frozen(built):
    bundle = Bundle.open(built[4].bundle.path)
    data = training_data(bundle, bundle.labels)
    assert data.tuned == {"text", "image"}
    for side in ("text", "image"):
        np.testing.assert_array_equal(data.unseen.inputs.features[side].vectors, bundle.frozen_features(side))
    for given in bundle.modalities:
        rows = bundle._held_out[bundle._held_out["given"] == given]["row"]
        assert set(rows) <= set(bundle.rows("validation"))
    assert learning_curve(bundle, "text")[-1].products == bundle.present("text")[bundle.rows("train")].sum()


def test_a_second_build_trains_nothing(built, monkeypatch):
    folder, catalogue, encoders, options, result, _ = built
    monkeypatch.setattr(subprocess, "Popen", None)
    again = build_bundle(catalogue, encoders, folder / "artifacts" / "two", options)
    assert again.bundle.encoders == result.bundle.encoders
    assert again.courses == result.courses


@pytest.mark.slow
def test_predict_in_a_fresh_process(built, tmp_path):
    _, _, _, _, result, _ = built
    new = {"sku": ["x", "y"], "name": ["new lamp shade", "ceramic mug cup"], "description": "", "image": ""}
    pd.DataFrame(new).to_csv(tmp_path / "new.csv", index=False)
    command = [sys.executable, "-m", "core", "predict", "--bundle", str(result.bundle.path)]
    command += ["--data", str(tmp_path / "new.csv")]
    done = subprocess.run(
        [*command, "--out", str(tmp_path / "out.csv")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert pd.read_csv(tmp_path / "out.csv")["predicted_text"].tolist() == ["Lamps", "Mugs"]


@pytest.mark.slow
def test_cancelled_training_ends_and_goes_on_later(built, tmp_path):
    _, catalogue, encoders, options, _, _ = built

    def cancel(stage, done, total):
        if stage.startswith("Fine-tuning") and done > 20:
            raise CoreError("cancelled")

    slow = {"text": replace(FAST["text"], epochs=50, patience=50)}
    options = replace(options, finetune=slow, cache=tmp_path / "cache", heads=("logistic_regression",))
    with pytest.raises(CoreError, match="cancelled"):
        build_bundle(catalogue, encoders, tmp_path / "a" / "b", options, cancel)
    assert not (tmp_path / "a" / "b").exists()
    (kept,) = (tmp_path / "cache" / "finetuned").iterdir()
    assert (kept / "state.safetensors").exists()


def test_an_encoder_that_cannot_be_trained_is_one_clear_line(built, tmp_path):
    _, catalogue, _, options, _, _ = built
    tiny.register_tiny_encoders()
    with pytest.raises(EncoderError, match="'tiny-text' cannot be fine-tuned"):
        build_bundle(catalogue, {"text": tiny.TinyText()}, tmp_path / "b", replace(options, finetune=FAST))
    with pytest.raises(CoreError, match="the build has no image encoder"):
        only = {"image": FAST["image"]}
        build_bundle(catalogue, {"text": tiny.TinyText()}, tmp_path / "b", replace(options, finetune=only))

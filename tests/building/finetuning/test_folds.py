"""Encoders trained without a fold: what they have not seen, what is recorded, and that a build goes on."""

import json
import subprocess
from dataclasses import replace

import numpy as np
import pytest

from core.building.build import build_bundle
from core.building.encoding import encode_catalogue
from core.building.finetuning import folds as folds_module
from core.building.finetuning import tuning
from core.building.finetuning.folds import train_folds
from core.building.finetuning.job import TuningJob
from core.building.finetuning.process import train
from core.building.options import BuildOptions
from core.building.preparation import training_data
from core.building.refit_bundle import keep_refit
from core.bundle.protocol import rebuild_command
from core.bundle.reader import Bundle
from core.catalogue.reading import read_catalogue
from core.common.errors import CatalogueError
from core.common.progress import silent
from tests import tiny
from tests.building.finetuning import networks
from tests.building.finetuning.test_applying import FAST, WORDS


@pytest.fixture
def in_process(monkeypatch):
    monkeypatch.setattr(tuning, "_run", train)


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    folder = tmp_path_factory.mktemp("folds")
    catalogue = read_catalogue(tiny.write_catalogue(folder / "data", per_class=24), "csv", minimum=5)
    return catalogue, {"text": networks.text_encoder(folder / "text.onnx", WORDS)}


def chosen(cache, **changes):
    return replace(
        BuildOptions(
            heads=("logistic_regression",),
            methods=(),
            finetune={"text": FAST["text"]},
            finetune_folds=2,
            cache=cache,
        ),
        **changes,
    )


def test_the_encoder_of_a_fold_knows_nothing_of_its_products(read, in_process, monkeypatch, tmp_path):
    catalogue, encoders = read
    options = chosen(tmp_path)
    catalogue, features = encode_catalogue(catalogue, encoders, None)
    _, data = training_data(catalogue, encoders, features, options)
    even, odd = (np.arange(start, len(data.split.train), 2) for start in (0, 1))
    parts = [(even, odd), (odd, even)]
    monkeypatch.setattr(folds_module, "stratified", lambda *_: iter(parts))
    job = TuningJob(catalogue, encoders, options, tmp_path)
    folds = train_folds(job, data, ("text",), silent)
    hidden = folds[0].rows
    np.testing.assert_array_equal(hidden, data.split.train[odd])
    labels = data.labels.copy()
    labels[hidden] = (labels[hidden] + 1) % len(data.classes)
    again = train_folds(job, replace(data, labels=labels), ("text",), silent)
    before, after = ([each.data.inputs.features["text"].vectors for each in some] for some in (folds, again))
    np.testing.assert_array_equal(before[0], after[0])
    assert np.abs(before[0] - features["text"].vectors).max() > 0.01
    assert np.abs(before[1] - after[1]).max() > 0.01


def test_a_build_records_its_folds_and_trains_nothing_twice(read, in_process, monkeypatch, tmp_path):
    catalogue, encoders = read
    options, told = chosen(tmp_path / "cache", heads=("logistic_regression", "blend"), finetune_folds=3), []
    out = tmp_path / "artifacts" / "one"
    result = build_bundle(catalogue, encoders, out, options, lambda *state: told.append(state[0]))
    stages = [stage for stage in dict.fromkeys(told) if stage.startswith("Fine-tuning")]
    assert stages == [
        "Fine-tuning tiny-words",
        *(f"Fine-tuning tiny-words, fold {n} of 3" for n in (1, 2, 3)),
    ]
    bundle = Bundle.open(result.bundle.path)
    tuned = bundle.encoders["text"].fine_tuned
    assert (tuned.out_of_fold, tuned.folds) == ("folds", 3)
    command = rebuild_command(bundle.path, json.loads((bundle.path / "manifest.json").read_text()))
    assert "--finetune text --finetune-folds 3" in command
    refit = keep_refit(bundle, bundle.labels, out.parent / "two").encoders["text"].fine_tuned
    assert refit == replace(tuned, out_of_fold="frozen", folds=0)
    monkeypatch.setattr(subprocess, "Popen", None)
    monkeypatch.setattr(tuning, "_run", None)
    again = build_bundle(catalogue, encoders, out.parent / "three", options)
    assert again.bundle.encoders == bundle.encoders


def test_a_build_cancelled_in_a_fold_goes_on_there(read, in_process, tmp_path):
    catalogue, encoders = read
    slow = {"text": replace(FAST["text"], epochs=6, patience=6)}
    options, last, told = chosen(tmp_path / "cache", finetune=slow), "Fine-tuning tiny-words, fold 2 of 2", []

    def cancel(stage, done, total):
        if stage == last and done > total / 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_bundle(catalogue, encoders, tmp_path / "a" / "b", options, cancel)
    build_bundle(catalogue, encoders, tmp_path / "a" / "b", options, lambda *state: told.append(state))
    trained = {stage for stage, _, _ in told if stage.startswith("Fine-tuning")}
    assert trained == {last}
    first, total = next((done, total) for stage, done, total in told if stage == last)
    assert first > total / 2 - 1


def test_one_fold_is_none(read, tmp_path):
    catalogue, encoders = read
    with pytest.raises(CatalogueError, match="two folds or more, or 0"):
        build_bundle(catalogue, encoders, tmp_path / "b", chosen(None, finetune_folds=1))

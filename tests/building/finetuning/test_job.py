"""A build whose encoders are aligned with each other: one training for both, kept and served as ever."""

import json
import subprocess
from dataclasses import replace

import numpy as np
import pytest

from core.building.build import build_bundle
from core.building.finetuning import tuning
from core.building.finetuning.process import train
from core.building.options import BuildOptions
from core.bundle.checking import faults_of
from core.bundle.protocol import rebuild_command
from core.bundle.reader import Bundle
from core.catalogue.reading import read_catalogue
from core.catalogue.text import product_texts
from core.common.errors import CatalogueError
from core.features.encoders.fine_tuned import CONTRASTIVE
from tests import tiny
from tests.building.finetuning import networks
from tests.building.finetuning.test_applying import FAST, WORDS

GENTLE = {side: replace(each, rate=2e-3, layer_rate=1e-3) for side, each in FAST.items()}


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    folder = tmp_path_factory.mktemp("aligned")
    catalogue = read_catalogue(tiny.write_catalogue(folder / "data", per_class=24), "csv", minimum=5)
    encoders = networks.encoders(folder, WORDS)
    options = BuildOptions(
        heads=("logistic_regression",),
        methods=(),
        finetune=GENTLE,
        finetune_recipe=CONTRASTIVE,
        cache=folder / "cache",
    )
    return catalogue, encoders, options


def test_both_encoders_come_from_one_training_and_answer_live(read, monkeypatch, tmp_path):
    catalogue, encoders, options = read
    monkeypatch.setattr(tuning, "_run", train)
    told = []
    result = build_bundle(
        catalogue, encoders, tmp_path / "one", options, lambda *state: told.append(state[0])
    )
    assert "Fine-tuning tiny-words and tiny-pixels" in told
    course = result.courses["text"]
    assert course == result.courses["image"]
    assert course.best > 0
    bundle = Bundle.open(result.bundle.path)
    assert faults_of(bundle.path) == []
    both = bundle.present("text") & bundle.present("image")
    for side in ("text", "image"):
        tuned = bundle.encoders[side].fine_tuned
        assert (tuned.recipe, tuned.epochs) == (CONTRASTIVE, course.best)
        assert tuned.products == both[bundle.rows("train")].sum()
    rows = np.flatnonzero(bundle.present("text"))
    live = bundle.encoder("text").encode([product_texts(bundle.table)[row] for row in rows])
    np.testing.assert_allclose(live, bundle.features("text")[rows], atol=1e-4)
    assert np.abs(bundle.frozen_features("text")[rows] - live).max() > 1e-3
    command = rebuild_command(bundle.path, json.loads((bundle.path / "manifest.json").read_text()))
    assert "--finetune both --finetune-recipe contrastive" in command
    monkeypatch.setattr(subprocess, "Popen", None)
    monkeypatch.setattr(tuning, "_run", None)
    again = build_bundle(catalogue, encoders, tmp_path / "two", options)
    assert again.bundle.encoders == bundle.encoders


def test_aligning_needs_both_encoders(read, tmp_path):
    catalogue, encoders, options = read
    only = replace(options, finetune={"text": GENTLE["text"]})
    with pytest.raises(CatalogueError, match="aligns text and image"):
        build_bundle(catalogue, encoders, tmp_path / "b", only)
    with pytest.raises(CatalogueError, match="expected classify or contrastive"):
        build_bundle(catalogue, encoders, tmp_path / "b", replace(options, finetune_recipe="align"))


@pytest.mark.slow
def test_a_process_of_its_own_trains_both(read, tmp_path):
    catalogue, encoders, options = read
    options = replace(options, cache=tmp_path / "cache")
    result = build_bundle(catalogue, encoders, tmp_path / "b", options)
    assert result.courses["image"].best > 0
    (kept,) = (tmp_path / "cache" / "finetuned").iterdir()
    assert {each.name for each in kept.iterdir() if each.suffix in (".safetensors", ".npy", ".npz")} == set()

"""A build that removes channels before it trains an encoder: the encoder to beat is the whole one."""

import json
from dataclasses import replace

import numpy as np
import pytest

from core.building.build import build_bundle
from core.building.finetuning import tuning
from core.building.finetuning.process import train
from core.building.options import BuildOptions
from core.bundle.checking import faults_of
from core.bundle.protocol import rebuild_command
from core.catalogue.images.decoding import open_image
from core.catalogue.reading import read_catalogue
from core.common.errors import EncoderError
from tests import tiny
from tests.building.finetuning import networks
from tests.building.finetuning.test_applying import FAST


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pruned")
    catalogue = read_catalogue(tiny.write_catalogue(folder / "data", per_class=24), "csv", minimum=5)
    return folder, catalogue, networks.image_encoder(folder / "image.onnx", networks.residual_network)


def build(made, name, prune, encoder=None):
    folder, catalogue, usual = made
    settings = replace(FAST["image"], epochs=12, rate=3e-3, prune=prune)
    options = BuildOptions(heads=("logistic_regression",), methods=(), finetune={"image": settings})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tuning, "_run", lambda job, progress: train(job, progress))
        return build_bundle(catalogue, {"image": encoder or usual}, folder / "artifacts" / name, options)


def test_a_smaller_encoder_is_kept_where_it_beats_the_whole_one(made):
    _, catalogue, _ = made
    whole, pruned = build(made, "whole", 0.0), build(made, "pruned", 0.5)
    # Both began at the same loss: that of the frozen encoder, which has all its channels.
    first = [each.courses["image"].validation[0] for each in (whole, pruned)]
    assert first[0] == pytest.approx(first[1], abs=1e-6)
    assert pruned.courses["image"].best > 0
    bundle = pruned.bundle
    assert bundle.encoders["image"].fine_tuned.pruned == 0.5
    sizes = [each.bundle.manifest.files["encoders/image.onnx"].bytes for each in (whole, pruned)]
    assert sizes[1] < 0.8 * sizes[0]
    assert faults_of(bundle.path) == []
    rows = np.flatnonzero(bundle.present("image"))[:5]
    names = catalogue.table["image"].iloc[rows]
    live = bundle.encoder("image").encode([open_image(catalogue.images.read(name), 16) for name in names])
    np.testing.assert_allclose(live, bundle.features("image")[rows], atol=1e-4)
    command = rebuild_command(bundle.path, json.loads((bundle.path / "manifest.json").read_text()))
    assert "--finetune-prune 50" in command


def test_an_encoder_without_such_channels_is_one_clear_line(made):
    folder, _, _ = made
    encoder = networks.image_encoder(folder / "other.onnx")
    with pytest.raises(EncoderError, match="this encoder cannot be pruned"):
        build(made, "none", 0.5, encoder)

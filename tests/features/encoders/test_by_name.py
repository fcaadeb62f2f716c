"""Other libraries' models by name: local folders of tiny ones, against the libraries' own answers."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from core.bundle.json_fields import Fields
from core.common.errors import EncoderError
from core.features.encoders.by_name import forms, named_entry
from core.features.encoders.record import EncoderRecord
from core.features.encoders.registry import get_encoder, load_encoder
from tests.features.encoders.tiny_models import IMAGES, SENTENCES, SIZES, TEXTS, made
from tests.networks import photos

pytestmark = pytest.mark.usefixtures("own_cache")


@pytest.fixture(scope="module")
def images(tmp_path_factory) -> Path:
    return made("images", tmp_path_factory.mktemp("images"))


@pytest.fixture(scope="module")
def texts(tmp_path_factory) -> Path:
    return made("texts", tmp_path_factory.mktemp("texts"))


def assert_batches_agree(encoder, items, vectors):
    alone = np.concatenate([encoder.encode([item]) for item in items])
    np.testing.assert_allclose(alone, vectors, atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("family", IMAGES)
def test_an_image_model_of_transformers(family, images):
    encoder = load_encoder(f"hf/{images / family}")
    vectors = encoder.encode(photos(SIZES))
    expected = np.load(images / family / "expected.npy")
    assert (expected @ expected.T)[0, 1:].min() < 0.999
    np.testing.assert_allclose(vectors, expected, atol=1e-5)
    assert_batches_agree(encoder, photos(SIZES), vectors)
    assert (encoder.name, encoder.modality, encoder.revision) == (f"hf/{family}", "image", None)


@pytest.mark.slow
@pytest.mark.parametrize("family", SENTENCES)
def test_a_sentence_encoder(family, texts):
    prefix = "hf" if family == "bert-tiny" else "st"
    encoder = load_encoder(f"{prefix}/{texts / family}")
    vectors = encoder.encode(TEXTS)
    np.testing.assert_allclose(vectors, np.load(texts / family / "expected.npy"), atol=1e-5)
    assert_batches_agree(encoder, TEXTS, vectors)
    assert encoder.modality == "text"


@pytest.mark.slow
@pytest.mark.parametrize("family", ["resnet", "vit"])
def test_a_model_of_timm(family, tmp_path):
    pytest.importorskip("timm", reason="needs requirements_timm.txt", exc_type=Exception)
    folder = made("timm", tmp_path)
    encoder = load_encoder(f"timm/{folder / family}")
    # torchvision rounds half a pixel of margin to even, we round it down.
    atol = 5e-3 if family == "resnet" else 1e-5
    expected = np.load(folder / family / "expected.npy")
    np.testing.assert_allclose(encoder.encode(photos(SIZES)), expected, atol=atol)


@pytest.mark.slow
def test_what_cannot_be_loaded_is_one_line(images, texts, tmp_path):
    damaged = shutil.copytree(images / "vit", tmp_path / "damaged")
    (damaged / "config.json").write_text(
        '{"model_type": "unheard-of", "auto_map": {"AutoModel": "own.Model"}}'
    )
    (damaged / "own.py").write_text("raise SystemExit('code of the model was run')")
    with pytest.raises(EncoderError, match="hf/damaged: transformers cannot load it: ") as told:
        load_encoder(f"hf/{damaged}", modality="image")
    assert "\n" not in str(told.value)
    assert "was run" not in str(told.value)
    with pytest.raises(EncoderError, match=r"modules\.json, got none; use hf/bert-tiny"):
        load_encoder(f"st/{texts / 'bert-tiny'}")


def test_a_name_says_library_and_model():
    assert get_encoder("hf/google/vit-base-patch16-224", "image").modality == "image"
    assert get_encoder("st/intfloat/e5-base-v2").modality == "text"
    assert forms("text") == ["hf/OWNER/NAME", "st/OWNER/NAME"]
    with pytest.raises(
        EncoderError, match=r"unknown encoder 'tf/x'; expected keras/NAME, timm/NAME, hf/OWNER/NAME"
    ):
        named_entry("tf/x", None)
    with pytest.raises(
        EncoderError, match="'timm/resnet18': expected one that reads texts, timm/ reads images"
    ):
        get_encoder("timm/resnet18", "text")
    with pytest.raises(
        EncoderError, match=r"unknown image encoder 'vgg'; known: .*keras/NAME, timm/NAME, hf/OWNER/NAME$"
    ):
        get_encoder("vgg", "image")


def test_without_a_network_one_line_names_the_folder(offline):
    with pytest.raises(EncoderError, match=r"HF_HUB_OFFLINE is set.*a local folder in place of some/model"):
        load_encoder("hf/some/model", modality="text")
    with pytest.raises(EncoderError, match="expected OWNER/NAME on the Hugging Face hub or a folder"):
        load_encoder("hf/model", modality="text")


def test_weights_stand_in_the_name(tmp_path):
    with pytest.raises(EncoderError, match="its folder stands in its name, hf/FOLDER"):
        load_encoder("hf/some/model", tmp_path, modality="text")


def test_a_bundle_keeps_name_and_revision(text_encoder):
    text_encoder.name, text_encoder.revision = "hf/some/model", "0a1b"
    record = EncoderRecord.of(text_encoder)
    assert (record.name, record.revision) == ("hf/some/model", "0a1b")
    assert Fields({"name": record.name}, "m").slashed("name") == record.name

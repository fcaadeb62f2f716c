"""Encoders of made-up networks, and a machine without weights."""

import pytest

from core.features.encoders import weights
from core.features.encoders.image import ImageEncoder
from core.features.encoders.text import TextEncoder
from tests.features.encoders.models import write_image_model, write_text_model


@pytest.fixture
def text_encoder(tmp_path):
    write_text_model(tmp_path / "text.onnx")
    return TextEncoder("tiny", 3, "abc", tmp_path / "text.onnx")


@pytest.fixture
def image_encoder(tmp_path):
    write_image_model(tmp_path / "image.onnx")
    return ImageEncoder("means", 3, 4, "def", tmp_path / "image.onnx")


@pytest.fixture
def offline(tmp_path, monkeypatch):
    """No weights on this machine, and no network."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr("huggingface_hub.file_download.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(weights, "ARTIFACTS", tmp_path / "artifacts")


@pytest.fixture
def own_cache(tmp_path, monkeypatch):
    """An empty cache: networks are exported again."""
    monkeypatch.setenv("PRODUCT_LENS_CACHE", str(tmp_path / "cache"))

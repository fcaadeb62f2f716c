from dataclasses import replace

import pytest

from core.common.errors import EncoderError
from core.features.encoders.image import ImageEncoder
from core.features.encoders.registry import ENCODERS
from core.features.encoders.text import TextEncoder
from core.features.encoders.text_side import load_text_side
from core.onnx.export import cached_path
from core.onnx.onnx_graph import add_metadata
from tests.features.encoders.models import write_image_model, write_text

pytestmark = pytest.mark.usefixtures("own_cache")


@pytest.fixture
def image_side(tmp_path, monkeypatch):
    """An encoder for images that has a text side, `tiny-words`."""
    entry = ENCODERS["clip"]
    monkeypatch.setitem(ENCODERS, "means", replace(entry, name="means", dim=3, text_side="tiny-words"))

    def factory(*_):
        return TextEncoder("tiny-words", 3, "abc", write_text(tmp_path / "words.onnx"))

    text = replace(entry, name="tiny-words", modality="text", dim=3, text_side=None, factory=factory)
    monkeypatch.setitem(ENCODERS, "tiny-words", text)
    write_image_model(tmp_path / "image.onnx")
    add_metadata(str(tmp_path / "image.onnx"), {"logit_scale": "12.5"})
    return ImageEncoder("means", 3, 4, "abc", tmp_path / "image.onnx")


def test_the_text_side_is_loaded_by_the_name_the_registry_has(image_side):
    assert image_side.logit_scale == 12.5
    side = load_text_side(image_side)
    assert (side.name, side.modality, side.weights_id) == ("tiny-words", "text", "abc")
    assert side.logit_scale is None


def test_the_text_side_needs_no_weights_once_it_is_exported(image_side):
    image_side.weights_id = "other"
    write_text(cached_path("tiny-words", "other"), logit_scale="12.5")
    side = load_text_side(image_side)
    assert (side.weights_id, side.logit_scale) == ("other", 12.5)


def test_a_text_side_of_other_weights_is_another_space(image_side):
    image_side.weights_id = "other"
    with pytest.raises(EncoderError, match="'tiny-words': expected weights other like 'means', got abc"):
        load_text_side(image_side)


def test_most_encoders_have_no_text_side(tmp_path):
    write_image_model(tmp_path / "image.onnx")
    for name in ("compact", "not-in-the-registry"):
        assert load_text_side(ImageEncoder(name, 3, 4, "abc", tmp_path / "image.onnx")) is None

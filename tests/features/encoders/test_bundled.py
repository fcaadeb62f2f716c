from dataclasses import replace

import numpy as np
import pytest

from core.common.errors import EncoderError
from core.features.encoders import registry as encoders
from core.features.encoders.bundled import load_bundled_encoder, load_onnx_encoder
from core.features.encoders.record import EncoderRecord
from core.features.encoders.registry import ENCODERS
from core.onnx.export import cached_path
from tests.features.encoders.models import WORDS, noise, write_text_model


@pytest.mark.parametrize("kind", ["text_encoder", "image_encoder"])
def test_a_bundle_brings_its_encoder_back(kind, request, tmp_path):
    encoder = request.getfixturevalue(kind)
    record = EncoderRecord.of(encoder)
    assert (record.name, record.dim, record.bundled) == (encoder.name, 3, False)
    again = load_bundled_encoder(record, encoder.onnx_path)
    items = WORDS if kind == "text_encoder" else noise(3)
    np.testing.assert_array_equal(again.encode(items), encoder.encode(items))
    assert EncoderRecord.of(again) == record


def test_a_bundles_encoder_must_fit(tmp_path, text_encoder, image_encoder):
    text, image = EncoderRecord.of(text_encoder), EncoderRecord.of(image_encoder)
    for record, path, expected in [
        (text, tmp_path / "gone.onnx", "no model file at"),
        (replace(text, dim=5), text_encoder.onnx_path, "expected 5 numbers per text and a tokenizer, got 3"),
        (text, image_encoder.onnx_path, "no tokenizer"),
        (replace(image, side=None), image_encoder.onnx_path, "expected the side of its images"),
        (
            replace(image, side=8),
            image_encoder.onnx_path,
            r"expected shapes \[\[3, 8, 8\], \[3\]\] in and out",
        ),
        (
            replace(image, preprocessing=0),
            image_encoder.onnx_path,
            "preprocessing 0, but this version has 1",
        ),
    ]:
        with pytest.raises(EncoderError, match=expected):
            load_onnx_encoder(record.name, path, record)


def test_an_encoder_of_the_installation_needs_no_weights_once_exported(tmp_path, monkeypatch, text_encoder):
    monkeypatch.setenv("PRODUCT_LENS_CACHE", str(tmp_path / "cache"))
    record = replace(EncoderRecord.of(text_encoder), bundled=True)
    exported = cached_path("tiny", "abc")
    exported.parent.mkdir(parents=True)
    write_text_model(exported)
    assert load_bundled_encoder(record, None).onnx_path == exported


def test_other_weights_than_the_bundles_are_refused(tmp_path, monkeypatch, text_encoder):
    monkeypatch.setenv("PRODUCT_LENS_CACHE", str(tmp_path / "cache"))
    entry = encoders.EncoderEntry("tiny", "text", 3, "MIT", 1, "", lambda _: None, lambda *_: text_encoder)
    monkeypatch.setitem(ENCODERS, "tiny", entry)
    record = replace(EncoderRecord.of(text_encoder), bundled=True, weights_id="other")
    with pytest.raises(EncoderError, match="built with weights other, but this machine has abc"):
        load_bundled_encoder(record, None)

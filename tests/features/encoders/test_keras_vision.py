"""Networks of keras.applications: tiny saved ones and weights of large ones, against Keras's own answers."""

from pathlib import Path

import numpy as np
import pytest

from core.common.errors import EncoderError
from core.features.encoders.keras_vision import module_of, preparation_of
from core.features.encoders.preparation import Preparation
from core.features.encoders.registry import load_encoder
from tests.features.encoders.tiny_models import KERAS, NAMED, SIZES, made
from tests.networks import photos

pytestmark = pytest.mark.usefixtures("own_cache")
TOLERANCE = 1e-4


@pytest.fixture(scope="module")
def saved(tmp_path_factory) -> Path:
    return made("keras", tmp_path_factory.mktemp("keras"))


@pytest.fixture(scope="module")
def weights(tmp_path_factory) -> Path:
    return made("keras_weights", tmp_path_factory.mktemp("keras-weights"))


def assert_answers(encoder, expected):
    apart = np.linalg.norm(expected[1:] - expected[0], axis=1).max()
    assert apart > 50 * TOLERANCE  # else equality would prove little
    vectors = encoder.encode(photos(SIZES))
    np.testing.assert_allclose(vectors, expected, atol=TOLERANCE)
    alone = np.concatenate([encoder.encode([photo]) for photo in photos(SIZES)])
    np.testing.assert_allclose(alone, vectors, atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("family", KERAS)
def test_a_saved_network_answers_as_in_keras(family, saved):
    encoder = load_encoder(f"keras/{saved / family}.keras", modality="image")
    assert (encoder.name, encoder.side, encoder.bundled) == (f"keras/{family}", 48, False)
    assert_answers(encoder, np.load(saved / f"{family}.npy"))


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMED)
def test_a_network_by_name_answers_as_in_keras(name, weights):
    encoder = load_encoder(f"keras/{name.lower()}", weights / f"{name}.h5", modality="image")
    assert (encoder.name, encoder.side) == (f"keras/{name}", 224)
    assert_answers(encoder, np.load(weights / f"{name}.npy"))


@pytest.mark.slow
def test_what_cannot_be_exported_is_one_line(saved, weights):
    with pytest.raises(EncoderError, match="include_top=False, got one that ends in"):
        load_encoder(f"keras/{saved / 'whole.keras'}")
    with pytest.raises(EncoderError, match=r"keras/MobileNetV2: .* does not hold its weights: ") as told:
        load_encoder("keras/MobileNetV2", weights / f"{NAMED[0]}.h5")
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("own_name", "module"),
    [
        ("mobilenet_0.25_32", "mobilenet"),
        ("mobilenetv2_1.00_224", "mobilenet_v2"),
        ("resnet50v2", "resnet_v2"),
        ("resnet50", "resnet"),
        ("efficientnetv2-b0", "efficientnet_v2"),
        ("inception_resnet_v2", "inception_resnet_v2"),
        ("NASNet", "nasnet"),
    ],
)
def test_the_name_that_keras_gives_says_the_module(own_name, module):
    assert module_of("keras/x", own_name) == module


def test_a_network_of_another_library_is_refused():
    with pytest.raises(EncoderError, match="keras/x: expected a network called as in convnext, densenet"):
        module_of("keras/x", "functional_1")


def caffe(pixels: np.ndarray) -> np.ndarray:
    return pixels[..., ::-1] - np.array([103.939, 116.779, 123.68], np.float32)


def torch_like(pixels: np.ndarray) -> np.ndarray:
    return (pixels / 255 - np.array([0.485, 0.456, 0.406])) / np.array([0.229, 0.224, 0.225])


@pytest.mark.parametrize(
    ("preprocess", "expected"),
    [
        (caffe, Preparation(9, divisor=1, mean=(103.939, 116.779, 123.68), bgr=True)),
        (lambda pixels: pixels, Preparation(9, divisor=1, mean=(0, 0, 0))),
        (lambda pixels: pixels / 127.5 - 1, Preparation(9, divisor=1, mean=(127.5,) * 3, std=(127.5,) * 3)),
    ],
)
def test_what_preprocess_input_does_is_found_out(preprocess, expected):
    assert preparation_of("keras/x", preprocess, 9) == expected


def test_pixels_are_prepared_as_by_preprocess_input():
    pixels = np.random.default_rng(0).integers(0, 256, (9, 9, 3), np.uint8)
    for preprocess in (caffe, torch_like):
        ours = preparation_of("keras/x", preprocess, 9).scale([pixels])[0]
        np.testing.assert_allclose(ours.transpose(1, 2, 0), preprocess(pixels.astype(np.float32)), atol=1e-4)


def test_a_preparation_that_mixes_channels_is_refused():
    with pytest.raises(EncoderError, match="keras/x: its preparation of images is not one"):
        preparation_of("keras/x", lambda pixels: pixels @ np.full((3, 3), 1 / 3, np.float32), 9)

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from core.common.errors import EncoderError
from core.features.augmentation import changed
from core.features.encoders.bundled import load_onnx_encoder
from core.features.encoders.image import ImageEncoder
from core.features.encoders.preparation import Preparation
from core.features.encoders.record import EncoderRecord
from core.onnx.onnx_graph import add_metadata
from tests.features.encoders.models import noise, write_image_model
from tests.networks import photos


def test_images_become_vectors_of_length_one(image_encoder):
    vectors = image_encoder.encode(noise(20))
    assert vectors.dtype == np.float32
    assert vectors.shape == (20, 3)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_no_images(image_encoder):
    assert image_encoder.encode([]).shape == (0, 3)


def test_pixels_go_from_minus_one_to_one(image_encoder):
    (vector,) = image_encoder.encode([Image.new("RGB", (9, 5), (255, 0, 51))])
    np.testing.assert_allclose(vector, np.float32([1, -1, -0.6]) / np.sqrt(2.36), atol=1e-6)


def test_an_image_does_not_depend_on_its_batch(image_encoder):
    images = noise(20)
    alone = np.concatenate([image_encoder.encode([image]) for image in images])
    np.testing.assert_allclose(image_encoder.encode(images), alone, atol=1e-5)


def test_preparing_before_changes_nothing(image_encoder):
    images = noise(3)
    prepared = [image_encoder.prepare(image) for image in images]
    assert {(image.shape, image.dtype) for image in prepared} == {((4, 4, 3), np.dtype(np.uint8))}
    np.testing.assert_array_equal(image_encoder.encode(prepared), image_encoder.encode(images))


@pytest.fixture
def cutting(tmp_path):
    """An encoder of an image's middle: four pixels of eight."""
    write_image_model(tmp_path / "cut.onnx")
    add_metadata(str(tmp_path / "cut.onnx"), {"preparation": Preparation(4, 8).to_json()})
    return ImageEncoder("cut", 3, 8, "abc", tmp_path / "cut.onnx")


def test_an_onnx_file_says_itself_how_its_images_are_prepared(cutting, tmp_path):
    assert (cutting.side, cutting.preparation) == (8, Preparation(4, 8))
    record = EncoderRecord.of(cutting)
    again = load_onnx_encoder("cut", tmp_path / "cut.onnx", record)
    images = photos([(40, 30), (8, 8), (4, 4)])
    np.testing.assert_array_equal(again.encode(images), cutting.encode(images))
    with pytest.raises(EncoderError, match="expected images of 4 pixels, got 8"):
        load_onnx_encoder("cut", tmp_path / "cut.onnx", replace(record, side=4))


def test_what_is_prepared_is_not_cut_again(cutting):
    # One of the images has the network's own size, and is cut all the same.
    images = photos([(40, 30), (4, 4)])
    prepared = [cutting.prepare(image) for image in images]
    assert (prepared[1] != np.asarray(images[1])).any()
    np.testing.assert_array_equal(cutting.encode(prepared), cutting.encode(images))


def test_a_changed_copy_of_what_is_prepared_is_not_cut_again(cutting):
    prepared = cutting.prepare(photos([(40, 30)])[0])
    copy = changed(prepared, bytes(16))
    assert (copy.shape, copy.dtype) == (prepared.shape, prepared.dtype)
    assert (copy != prepared).any()
    assert cutting.encode([copy]).shape == (1, 3)

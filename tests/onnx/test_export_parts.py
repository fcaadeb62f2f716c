import numpy as np
import pytest

from core.common.errors import EncoderError
from core.features.encoders.image import ImageEncoder
from core.features.encoders.text import TextEncoder
from core.features.parts import PartsProjection
from core.onnx.export_parts import expose_parts
from tests.features.encoders.models import noise, write_image_model, write_text_model


@pytest.fixture
def text(tmp_path):
    write_text_model(tmp_path / "text.onnx")
    expose_parts(str(tmp_path / "text.onnx"))
    return TextEncoder("words", 3, "0" * 16, tmp_path / "text.onnx")


def mapped_model(path):
    """An image encoder whose mean is of a map of 2 x 2 regions."""
    import onnx
    from onnx import helper

    write_image_model(path)
    model = onnx.load(path)
    pooled = helper.make_node("AveragePool", ["input"], ["map"], kernel_shape=[2, 2], strides=[2, 2])
    model.graph.node.insert(0, pooled)
    model.graph.node[1].input[0] = "map"
    onnx.save(model, path)
    return path


def test_the_vector_of_a_text_is_the_mean_of_its_tokens(text):
    assert text.parts_shape == (32, 3)
    texts = ["red", "red shirt blue cap", "cotton cap"]
    vectors = text.encode(texts)
    for made in text.outputs(texts):
        for row, parts in zip(made.rows, made.parts, strict=True):
            mean = parts[parts.any(axis=1)].mean(axis=0)
            np.testing.assert_allclose(mean / np.linalg.norm(mean), vectors[row], atol=1e-6)


def test_the_vector_of_an_image_is_the_mean_of_its_regions(tmp_path):
    expose_parts(str(mapped_model(tmp_path / "image.onnx")))
    encoder = ImageEncoder("means", 3, 4, "0" * 16, tmp_path / "image.onnx")
    assert encoder.parts_shape == (4, 3)
    images = noise(10)
    vectors = encoder.encode(images)
    for made in encoder.outputs(images):
        means = made.parts.mean(axis=1)
        means /= np.linalg.norm(means, axis=1, keepdims=True)
        np.testing.assert_allclose(means, vectors[list(made.rows)], atol=1e-5)


def test_what_is_read_is_the_vector_and_the_reduced_parts(text):
    texts = ["red shirt", "cap"]
    np.testing.assert_array_equal(text.read(texts), text.encode(texts))
    reading = text.reading_parts(PartsProjection.whole(32, 3))
    read = reading.read(texts)
    assert read.shape == (2, 3 + 32 * 3)
    np.testing.assert_allclose(read[:, :3], text.encode(texts), atol=1e-6)
    assert read[:, 3:].reshape(2, 32, 3).any(axis=2).sum(axis=1).tolist() == [2, 1]


def test_a_network_without_a_mean_over_parts_stays_as_it_is(tmp_path):
    write_image_model(tmp_path / "image.onnx")
    before = (tmp_path / "image.onnx").read_bytes()
    expose_parts(str(tmp_path / "image.onnx"))
    assert (tmp_path / "image.onnx").read_bytes() == before
    encoder = ImageEncoder("means", 3, 4, "0" * 16, tmp_path / "image.onnx")
    assert encoder.parts_shape is None
    with pytest.raises(EncoderError, match="expected 4 parts of 3 numbers, got none; build the bundle again"):
        encoder.reading_parts(PartsProjection.whole(4, 3))

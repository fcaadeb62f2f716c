import numpy as np
import pytest
from PIL import Image

from core.common.errors import EncoderError
from core.features.backends import Backend
from core.features.encoders.registry import get_encoder, load_encoder
from core.features.encoders.side_by_side import SideBySide
from tests.tiny import OtherImage, OtherText, TinyImage, TinyText, draw_image, register_tiny_encoders

TEXTS = ["red lamp", "blue mug with a handle", "chair", "a lamp and a mug", "shoe lace"]


@pytest.fixture
def together():
    return SideBySide([TinyText(), OtherText()])


def test_vectors_are_one_after_the_other(together):
    vectors = together.encode(TEXTS)
    assert (together.name, together.dim, together.modality) == ("tiny-text+other-text", 80, "text")
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors[:, :64] * np.sqrt(2), TinyText().encode(TEXTS), atol=1e-6)
    np.testing.assert_allclose(vectors[:, 64:] * np.sqrt(2), OtherText().encode(TEXTS), atol=1e-6)


def test_each_number_is_standardised_by_the_training_products(together):
    random = np.random.default_rng(0)
    train = random.normal(3, random.uniform(1, 2, 80), (500, 80)).astype(np.float32)
    train[:, 5] = 7  # a number that never moves
    fitted = together.fitted(train)
    scaled = (train - fitted.scaling[0]) * fitted.scaling[1]
    assert (scaled[:, 5] == 0).all()
    moving = np.delete(np.arange(80), 5)
    np.testing.assert_allclose(scaled[:, moving].mean(axis=0), 0, atol=1e-5)
    lengths = [np.square(scaled[:, :64]).sum(1).mean(), np.square(scaled[:, 64:]).sum(1).mean()]
    np.testing.assert_allclose(lengths, [63 / 64, 1], atol=1e-3)


def test_what_served_is_what_was_fitted(together):
    vectors = together.encode(TEXTS)
    fitted = together.fitted(vectors[:3])
    np.testing.assert_allclose(fitted.encode(TEXTS), fitted.standardised(vectors), atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(fitted.encode(TEXTS), axis=1), 1, atol=1e-6)
    assert fitted.weights_id != together.weights_id
    again = SideBySide(together.members, fitted.scaling)
    assert again.weights_id == fitted.weights_id
    with pytest.raises(ValueError, match="not fitted yet"):
        fitted.fitted(vectors)


def test_images_are_prepared_for_each():
    together = SideBySide([TinyImage(), OtherImage()])
    images = [draw_image("Mugs", 0), draw_image("Lamps", 1)]
    assert together.side == 40
    prepared = [together.prepare(image) for image in images]
    assert prepared[0][1].shape == (8, 8, 3)
    np.testing.assert_array_equal(together.encode(prepared), together.encode(images))
    assert together.visible_box(10, 20) == (0, 0, 1, 1)
    assert together.encode([]).shape == (0, 60)
    assert isinstance(images[0], Image.Image)


def test_backends_run_each_of_them(together):
    assert Backend("onnx", "int8").applied(together).members == together.members
    assert not together.asks_service


def test_names():
    register_tiny_encoders()
    assert load_encoder("tiny-text+other-text", modality="text").dim == 80
    entry = get_encoder("minilm+use")
    assert (entry.dim, entry.modality, entry.languages) == (896, "text", {"en"})
    for wrong in ("minilm+", "minilm+minilm"):
        with pytest.raises(EncoderError, match=r"expected different encoders with \+ between them"):
            get_encoder(wrong)
    with pytest.raises(EncoderError, match="unknown text encoder 'compact'"):
        get_encoder("minilm+compact", "text")
    with pytest.raises(EncoderError, match=r"expected all to read the same, got minilm \(text\)"):
        get_encoder("minilm+compact")
    with pytest.raises(EncoderError, match="--weights names those of one encoder"):
        load_encoder("tiny-text+other-text", "weights.bin")

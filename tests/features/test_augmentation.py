import numpy as np
import pytest
from PIL import Image, ImageDraw

from core.catalogue.images.finding import find_images
from core.features.augmentation import changed, copy_key
from core.features.cache import FeatureCache
from core.features.images import encode_images
from tests.tiny import TinyImage, draw_image


def test_the_same_key_gives_the_same_copy():
    image = draw_image("Mugs", 0)
    keys = [copy_key(b"0" * 16, number) for number in (1, 2)]
    first = changed(image, keys[0])
    assert first.size == image.size and first.mode == "RGB"
    assert np.array_equal(first, changed(image, keys[0]))
    assert not np.array_equal(first, changed(image, keys[1]))
    assert not np.array_equal(first, image)
    assert copy_key(b"0" * 16, 1) != copy_key(b"1" * 16, 1)


def test_a_copy_still_shows_the_product():
    for seed in range(10):
        image = draw_image("Lamps", seed)
        copy = np.asarray(changed(image, copy_key(bytes([seed] * 16), 1)), dtype=float)
        original = np.asarray(image, dtype=float)
        assert abs(copy.mean() - original.mean()) < 60
        assert copy.std() > 10


@pytest.mark.parametrize("size", [(1, 1), (3, 200)])
def test_odd_images(size):
    assert changed(Image.new("RGB", size), b"k" * 16).size == size


def test_what_turning_uncovers_looks_like_the_ground():
    image = Image.new("RGB", (60, 60), (250, 250, 250))
    ImageDraw.Draw(image).rectangle((25, 25, 35, 35), fill=(0, 0, 0))
    for seed in range(20):
        corner = np.asarray(changed(image, bytes([seed] * 16)))[:3, :3]
        assert corner.mean() > 120


def test_copies_are_encoded_and_kept_apart(tmp_path):
    (tmp_path / "images").mkdir()
    for number in range(3):
        draw_image("Mugs", number).save(tmp_path / "images" / f"{number}.png")
    images, names = find_images(tmp_path), ["0.png", "", "2.png", "lost.png"]
    encoder = TinyImage()
    cache = FeatureCache.open(tmp_path / "cache", encoder)
    plain = encode_images(names, images, encoder, cache)
    copies = [encode_images(names, images, encoder, cache, copy=number) for number in (1, 2)]
    assert encoder.encoded == 6
    for copy in copies:
        assert copy.present.tolist() == plain.present.tolist() == [True, False, True, False]
        assert not np.allclose(copy.vectors[0], plain.vectors[0])
    assert not np.allclose(copies[0].vectors, copies[1].vectors)
    again = encode_images(names, images, encoder, FeatureCache.open(tmp_path / "cache", encoder), copy=2)
    assert np.array_equal(again.vectors, copies[1].vectors)
    assert encoder.encoded == 6

"""A product's vector, from one image or several."""

import numpy as np
from PIL import Image

from core.catalogue.images.digest import bytes_digest
from core.features.cache import FeatureCache
from core.features.images import encode_images
from core.features.product_images import encode_product_images
from tests.features.doubles import CountingEncoder, MemoryImages, png, saved

COLOURS = ("red", "blue", "green", "yellow")
FILES = {f"{colour}.png": png(colour) for colour in COLOURS} | {
    "copy.png": png("red"),
    "blank.png": saved(Image.new("RGB", (50, 40))),
    "text.png": b"no image",
}


def encoded(images, **options):
    return encode_product_images(images, MemoryImages(FILES), CountingEncoder("image"), **options)


def own(name):
    return encode_images([name], MemoryImages(FILES), CountingEncoder("image")).vectors[0]


def mean(*names):
    total = np.sum([own(name) for name in names], axis=0)
    return total / np.linalg.norm(total)


def test_one_image_per_product_is_the_first_that_shows_something():
    images = [("red.png", "blue.png"), ("text.png", "gone.png", "blank.png", "green.png"), (), ("blank.png",)]
    features = encoded(images)
    assert features.present.tolist() == [True, True, False, False]
    np.testing.assert_array_equal(features.vectors[0], own("red.png"))
    np.testing.assert_array_equal(features.vectors[1], own("green.png"))
    assert not features.vectors[2:].any()
    assert features.failed == ("gone.png", "text.png") and features.empty == ("blank.png",)


def test_products_with_one_image_are_encoded_as_before():
    images = MemoryImages(FILES)
    features = encode_product_images([("red.png",), (), ("blue.png",)], images, CountingEncoder("image"))
    plain = encode_images(["red.png", "", "blue.png"], MemoryImages(FILES), CountingEncoder("image"))
    np.testing.assert_array_equal(features.vectors, plain.vectors)
    assert set(images.reads.values()) == {2}


def test_the_mean_of_several_images():
    images = [("red.png", "blue.png", "green.png"), ("red.png",), ("red.png", "copy.png", "blue.png")]
    features = encoded(images, per_product=2)
    np.testing.assert_allclose(features.vectors[0], mean("red.png", "blue.png"), atol=1e-6)
    np.testing.assert_array_equal(features.vectors[1], own("red.png"))
    # Equal images count once, and make room for the next one.
    np.testing.assert_allclose(features.vectors[2], mean("red.png", "blue.png"), atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(features.vectors, axis=1), 1, atol=1e-6)


def test_unusable_images_give_way():
    images = [("red.png", "blank.png", "text.png", "blue.png", "green.png")]
    features = encoded(images, per_product=2)
    np.testing.assert_allclose(features.vectors[0], mean("red.png", "blue.png"), atol=1e-6)
    assert features.failed == ("text.png",) and features.empty == ("blank.png",)
    ignored = encoded(images, per_product=2, ignored={bytes_digest(FILES["red.png"])})
    np.testing.assert_allclose(ignored.vectors[0], mean("blue.png", "green.png"), atol=1e-6)
    assert not encoded([("red.png",)], ignored={bytes_digest(FILES["red.png"])}).present.any()


def test_each_image_is_encoded_and_cached_once(tmp_path):
    images = [("red.png", "blue.png"), ("blue.png", "red.png"), ("copy.png", "green.png")]
    first, second = CountingEncoder("image"), CountingEncoder("image")
    for encoder, seen in ((first, 3), (second, 1)):
        wanted = [*images, ("yellow.png",)] if encoder is second else images
        cache = FeatureCache.open(tmp_path, encoder)
        encode_product_images(wanted, MemoryImages(FILES), encoder, cache, per_product=2)
        assert sum(encoder.seen.values()) == seen

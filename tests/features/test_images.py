import threading

import numpy as np
import pytest
from PIL import Image

from core.common.errors import ImageError
from core.features.cache import FeatureCache
from core.features.images import encode_image, encode_images
from core.onnx.sessions import threads
from tests.features.doubles import CountingEncoder, MemoryImages, png, saved


def test_images_keep_their_rows():
    files = {"a.png": png("red"), "b.png": png("blue"), "copy.png": png("red"), "text.png": b"no image"}
    images = MemoryImages(files)
    encoder = CountingEncoder("image")
    names = ["a.png", "", "b.png", "copy.png", "text.png", "gone.png", "a.png"]
    features = encode_images(names, images, encoder)
    assert features.present.tolist() == [True, False, True, True, False, False, True]
    assert features.failed == ("gone.png", "text.png")
    assert len(encoder.seen) == 2
    np.testing.assert_array_equal(features.vectors[0], features.vectors[3])
    assert (features.vectors[0] != features.vectors[2]).any()
    assert not features.vectors[[1, 4, 5]].any()


def test_cached_images_are_neither_decoded_nor_encoded(tmp_path):
    images = MemoryImages({f"{n}.png": png((n, 0, 0)) for n in range(20)})
    names = list(images.files)
    first, second = CountingEncoder("image"), CountingEncoder("image")
    one = encode_images(names, images, first, FeatureCache.open(tmp_path, first))
    assert set(images.reads.values()) == {2}
    two = encode_images(names, images, second, FeatureCache.open(tmp_path, second))
    assert not second.sizes
    assert set(images.reads.values()) == {3}
    np.testing.assert_array_equal(one.vectors, two.vectors)


def test_images_that_show_nothing_are_absent_and_decoded_once(tmp_path):
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8))
    files = {"a.png": png("red"), "blank.png": saved(Image.new("RGB", (50, 40))), "noise.png": saved(noise)}
    images, names = MemoryImages(files), ["blank.png", "a.png", "noise.png", "blank.png", ""]
    for run, reads in ((1, 2), (2, 3)):
        encoder = CountingEncoder("image")
        features = encode_images(names, images, encoder, FeatureCache.open(tmp_path, encoder))
        assert features.present.tolist() == [False, True, False, False, False]
        assert features.vectors.any(axis=1).tolist() == features.present.tolist()
        assert (features.empty, features.failed) == (("blank.png", "noise.png"), ())
        assert len(encoder.seen) == 2 - run
        assert set(images.reads.values()) == {reads}  # each run hashes a file, only the first decodes it
    assert not encode_images(names, images, encoder, copy=1).present[[0, 2]].any()


def test_one_image():
    encoder = CountingEncoder("image")
    features = encode_image(png("red"), encoder)
    assert features.present.tolist() == [True]
    np.testing.assert_array_equal(
        features.vectors, encode_images(["a"], MemoryImages({"a": png("red")}), encoder).vectors
    )
    nothing = encode_image(saved(Image.new("RGB", (8, 8))), encoder)
    assert nothing.present.tolist() == [False]
    assert nothing.vectors.tolist() == [[0] * encoder.dim]
    with pytest.raises(ImageError):
        encode_image(b"no image", encoder)


def test_progress_counts_images_that_fail(tmp_path):
    calls = []
    images = MemoryImages({f"{n}.png": b"broken %d" % n if n % 2 else png((n, 0, 0)) for n in range(20)})
    features = encode_images(
        list(images.files), images, CountingEncoder("image"), None, lambda *call: calls.append(call)
    )
    assert calls[-1] == ("Encoding images", 20, 20)
    assert features.present.sum() == len(features.failed) == 10


def test_few_images_are_in_memory_at_once():
    """At most three batches, eight images per core each, are decoded beyond those encoded."""
    batch = 8 * threads()
    files = {f"{n:03}.png": png((n % 256, n // 256, 0)) for n in range(10 * batch)}
    images = MemoryImages(files)
    ahead = []

    class Watching(CountingEncoder):
        def encode(self, items):
            result = super().encode(items)
            ahead.append(sum(count == 2 for count in list(images.reads.values())) - sum(self.sizes))
            return result

    encode_images(list(images.files), images, Watching("image"))
    assert len(ahead) == 10
    assert max(ahead) <= 3 * batch


def test_large_images_are_prepared_in_the_decoding_threads():
    prepared_in = set()

    class Preparing(CountingEncoder):
        def prepare(self, image):
            prepared_in.add(threading.current_thread().name)
            return image.resize((8, 8))

        def encode(self, items):
            assert all(item.size == (8, 8) for item in items)
            return super().encode(items)

    encoder = Preparing("image")
    encode_images(["a.png"], MemoryImages({"a.png": png("red", (500, 300))}), encoder)
    assert encoder.seen
    assert all(name.startswith("decode") for name in prepared_in)


def test_an_error_of_the_encoder_is_raised_and_threads_end():
    images = MemoryImages({f"{n}.png": png((n, 0, 0)) for n in range(200)})
    with pytest.raises(KeyboardInterrupt):
        encode_images(list(images.files), images, CountingEncoder("image", fail_after=2))
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("decode")]

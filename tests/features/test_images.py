import threading

import numpy as np
import pytest

from core.features.cache import FeatureCache
from core.features.images import encode_images
from core.onnx.sessions import threads
from tests.features.doubles import CountingEncoder, MemoryImages, png


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

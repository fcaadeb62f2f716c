import tracemalloc

import numpy as np
import pytest

from core.features.cache import FeatureCache
from core.features.texts import encode_texts
from tests.features.doubles import DIM, CountingEncoder
from tests.tiny import TinyText

TEXTS = ["red shirt", "", "blue cotton trousers with pockets", "red shirt", "cap"]


def test_texts_keep_their_rows_and_repeats_are_encoded_once():
    encoder = CountingEncoder()
    features = encode_texts(TEXTS, encoder)
    assert features.vectors.dtype == np.float32
    assert features.vectors.shape == (5, DIM)
    assert features.present.tolist() == [True, False, True, True, True]
    assert not features.vectors[1].any()
    for row in (0, 2, 3, 4):
        np.testing.assert_array_equal(features.vectors[row], CountingEncoder().encode([TEXTS[row]])[0])
    assert set(encoder.seen.values()) == {1}
    assert len(encoder.seen) == 3


def test_texts_of_similar_length_share_a_batch():
    lengths = []

    class Recording(CountingEncoder):
        def encode(self, items):
            lengths.append([len(item) for item in items])
            return super().encode(items)

    texts = [f"{'x' * (n % 50)}{n}" for n in range(200)]
    encode_texts(texts, Recording(most_texts=32))
    assert len(lengths) > 1
    assert [length for batch in lengths for length in batch] == sorted(len(text) for text in texts)


def test_long_texts_are_encoded_in_small_batches():
    encoder = CountingEncoder(most_characters=1000)
    texts = [f"{n:03}".rjust(length) for length in (10, 600) for n in range(120)] + ["x" * 5000]
    assert encode_texts(texts, encoder).present.all()
    assert sum(encoder.sizes) == len(texts)
    assert encoder.sizes[0] == 100
    assert encoder.sizes[-121:] == [1] * 121


@pytest.mark.parametrize("texts", [[], ["", ""]])
def test_nothing_to_encode(texts):
    features = encode_texts(texts, CountingEncoder())
    assert features.vectors.shape == (len(texts), DIM)
    assert not features.present.any()
    assert features.present.dtype == bool


def test_progress_counts_the_texts_that_are_not_cached(tmp_path):
    calls = []
    texts = [f"text {n}" for n in range(70)]
    cache = FeatureCache.open(tmp_path, CountingEncoder())
    encode_texts(texts[:30], CountingEncoder(), cache)
    encode_texts(texts, CountingEncoder(most_texts=32), cache, lambda *call: calls.append(call))
    assert calls == [("Encoding texts", 32, 40), ("Encoding texts", 40, 40)]


def test_vectors_are_held_once(tmp_path):
    """Neither encoded nor read from the cache do they take the memory of a second table."""
    texts = [f"product {number % 15_000}" for number in range(20_000)]
    encoder = Wide()
    size = len(texts) * encoder.dim * 4
    for _ in range(2):  # the second time they come from the cache
        tracemalloc.start()
        features = encode_texts(texts, encoder, FeatureCache.open(tmp_path, encoder))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 1.5 * size  # the quarter that repeats is copied for a moment
        assert (features.vectors[15_000:] == features.vectors[:5_000]).all()
        assert features.vectors[:, 0].tolist() == [number % 15_000 for number in range(20_000)]
    assert encoder.encoded == 15_000


class Wide(TinyText):
    """Writes the number in a text into a wide vector."""

    name, dim = "wide", 1024

    def encode(self, items):
        self.encoded += len(items)
        out = np.zeros((len(items), self.dim), dtype=np.float32)
        out[:, 0] = [int(text.split()[1]) for text in items]
        return out

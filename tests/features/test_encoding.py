import io
import logging
import threading
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.catalogue.images.files import bytes_digest
from core.common.errors import ImageError
from core.features import encoding as features_module
from core.features.cache import SHARD_ITEMS, FeatureCache
from core.features.encoding import Features, encode_images, encode_texts, fuse, text_key

DIM = 4


@pytest.fixture
def small_slices(monkeypatch):
    monkeypatch.setattr(features_module, "TEXTS", 32)


class CountingEncoder:
    """Vectors from a hash of the item; counts what it encodes, and can break off."""

    name = "counting"
    weights_id = "0123456789abcdef"
    preprocessing = 1
    dim = DIM
    bundled = True
    onnx_path = Path("none.onnx")

    def __init__(self, modality: str = "text", fail_after: int | None = None) -> None:
        self.modality = modality
        self.side = 8 if modality == "image" else None
        self.seen: Counter = Counter()
        self.batches: list[int] = []
        self.fail_after = fail_after

    def encode(self, items):
        if self.fail_after is not None and len(self.batches) >= self.fail_after:
            raise KeyboardInterrupt
        self.batches.append(len(items))
        rows = [self.vector(item) for item in items]
        return np.array(rows, np.float32).reshape(len(items), DIM)

    def vector(self, item):
        content = item if isinstance(item, str) else item.tobytes()
        self.seen[content] += 1
        row = np.frombuffer(text_key(str(content)), np.uint8)[:DIM].astype(np.float32) + 1
        return row / np.linalg.norm(row)


class MemoryImages:
    """Stands in for `core.catalogue.images.files.ImageFiles`: name -> bytes."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.reads: Counter = Counter()
        self.lock = threading.Lock()

    def __contains__(self, name):
        return name in self.files

    def read(self, name):
        with self.lock:
            self.reads[name] += 1
        if name not in self.files:
            raise ImageError(f"{name}: no such picture")
        return self.files[name]

    def digest(self, name):
        return bytes_digest(self.read(name))


def png(colour, size=(8, 8)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def shards(root: Path) -> list[Path]:
    return sorted(root.rglob("*.npz"))


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


def test_texts_of_like_length_share_a_batch(small_slices):
    lengths = []

    class Recording(CountingEncoder):
        def encode(self, items):
            lengths.append([len(item) for item in items])
            return super().encode(items)

    texts = [f"{'x' * (n % 50)}{n}" for n in range(200)]
    encode_texts(texts, Recording())
    assert len(lengths) > 1
    assert [length for batch in lengths for length in batch] == sorted(len(text) for text in texts)


def test_long_texts_are_handed_over_in_small_slices(monkeypatch):
    monkeypatch.setattr(features_module, "CHARACTERS", 1000)
    encoder = CountingEncoder()
    texts = [f"{n:03}".rjust(length) for length in (10, 600) for n in range(120)] + ["x" * 5000]
    assert encode_texts(texts, encoder).present.all()
    assert sum(encoder.batches) == len(texts)
    assert encoder.batches[0] == 100
    assert encoder.batches[-121:] == [1] * 121


@pytest.mark.parametrize("texts", [[], ["", ""]])
def test_nothing_to_encode(texts):
    features = encode_texts(texts, CountingEncoder())
    assert features.vectors.shape == (len(texts), DIM)
    assert not features.present.any()
    assert features.present.dtype == bool


def test_progress_tells_what_is_left_to_do(tmp_path, small_slices):
    calls = []
    texts = [f"text {n}" for n in range(70)]
    cache = FeatureCache.open(tmp_path, CountingEncoder())
    encode_texts(texts[:30], CountingEncoder(), cache)
    encode_texts(texts, CountingEncoder(), cache, lambda *call: calls.append(call))
    assert calls == [("Encoding texts", 32, 40), ("Encoding texts", 40, 40)]


def test_a_second_run_encodes_nothing(tmp_path):
    texts = [f"text {n}" for n in range(1300)]
    first, second = CountingEncoder(), CountingEncoder()
    cache = FeatureCache.open(tmp_path, first)
    one = encode_texts(texts, first, cache)
    assert (cache.stats.hits, cache.stats.misses) == (0, 1300)
    assert len(shards(tmp_path)) == 3
    cache = FeatureCache.open(tmp_path, second)
    two = encode_texts(texts, second, cache)
    assert second.batches == []
    assert (cache.stats.hits, cache.stats.misses) == (1300, 0)
    np.testing.assert_array_equal(one.vectors, two.vectors)


@pytest.mark.parametrize("change", ["name", "weights_id", "preprocessing"])
def test_another_encoder_shares_nothing(tmp_path, change):
    first, other = CountingEncoder(), CountingEncoder()
    setattr(other, change, 7 if change == "preprocessing" else "other")
    encode_texts(TEXTS, first, FeatureCache.open(tmp_path, first))
    encode_texts(TEXTS, other, FeatureCache.open(tmp_path, other))
    assert len(other.seen) == 3


def test_an_interrupted_run_goes_on_where_it_was(tmp_path, small_slices):
    texts = [f"text {n}" for n in range(320)]
    broken = CountingEncoder(fail_after=4)
    with pytest.raises(KeyboardInterrupt):
        encode_texts(texts, broken, FeatureCache.open(tmp_path, broken))
    resumed = CountingEncoder()
    features = encode_texts(texts, resumed, FeatureCache.open(tmp_path, resumed))
    assert len(broken.seen) == 4 * 32
    assert set(broken.seen) | set(resumed.seen) == set(texts)
    assert not set(broken.seen) & set(resumed.seen)
    assert features.present.all()


def test_a_killed_run_keeps_its_whole_shards(tmp_path, monkeypatch, small_slices):
    # A kill leaves no time for the last flush.
    monkeypatch.setattr(FeatureCache, "flush", lambda self: len(self._pending) >= SHARD_ITEMS and flush(self))
    texts = [f"text {n}" for n in range(1000)]
    killed = CountingEncoder(fail_after=20)
    with pytest.raises(KeyboardInterrupt):
        encode_texts(texts, killed, FeatureCache.open(tmp_path, killed))
    monkeypatch.undo()
    (shards(tmp_path)[0].parent / ".writing-half.npz").write_bytes(b"half a file")
    resumed = CountingEncoder()
    encode_texts(texts, resumed, FeatureCache.open(tmp_path, resumed))
    assert len(resumed.seen) == 1000 - SHARD_ITEMS


flush = FeatureCache.flush


def damage_middle(shard: Path) -> None:
    content = bytearray(shard.read_bytes())
    content[len(content) // 2] ^= 0xFF
    shard.write_bytes(content)


DAMAGES = {
    "cut short": lambda shard: shard.write_bytes(shard.read_bytes()[:100]),
    "empty": lambda shard: shard.write_bytes(b""),
    "text": lambda shard: shard.write_text("no zip"),
    "a bit turned": damage_middle,
    "other width": lambda shard: np.savez(
        shard, keys=np.load(shard)["keys"], vectors=np.ones((3, 9), np.float32)
    ),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_shard_is_dropped_with_a_warning(tmp_path, damage, caplog):
    encoder = CountingEncoder()
    expected = encode_texts(TEXTS, encoder, FeatureCache.open(tmp_path, encoder))
    damage(shards(tmp_path)[0])
    with caplog.at_level(logging.WARNING):
        again = CountingEncoder()
        features = encode_texts(TEXTS, again, FeatureCache.open(tmp_path, again))
    np.testing.assert_array_equal(features.vectors, expected.vectors)
    assert len(again.seen) == 3
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "damaged" in caplog.text
    third = CountingEncoder()
    encode_texts(TEXTS, third, FeatureCache.open(tmp_path, third))
    assert not third.seen


def test_a_full_disk_ends_the_caching_and_not_the_work(tmp_path, monkeypatch, caplog):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", full)
    encoder = CountingEncoder()
    texts = [f"text {n}" for n in range(1300)]
    with caplog.at_level(logging.WARNING):
        features = encode_texts(texts, encoder, FeatureCache.open(tmp_path, encoder))
    assert features.present.all()
    assert len(caplog.records) == 1
    assert "No space left on device" in caplog.text
    assert not any(path.is_file() for path in tmp_path.rglob("*"))


def test_no_folder_keeps_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    encoder = CountingEncoder()
    cache = FeatureCache.open(None, encoder)
    for _ in range(2):
        encode_texts(TEXTS, encoder, cache)
    assert (cache.stats.hits, cache.stats.misses) == (0, 6)
    assert not list(tmp_path.rglob("*"))


def test_pictures_keep_their_rows():
    files = {"a.png": png("red"), "b.png": png("blue"), "copy.png": png("red"), "text.png": b"no picture"}
    pictures = MemoryImages(files)
    encoder = CountingEncoder("image")
    names = ["a.png", "", "b.png", "copy.png", "text.png", "gone.png", "a.png"]
    features = encode_images(names, pictures, encoder)
    assert features.present.tolist() == [True, False, True, True, False, False, True]
    assert features.failed == ("gone.png", "text.png")
    assert len(encoder.seen) == 2
    np.testing.assert_array_equal(features.vectors[0], features.vectors[3])
    assert (features.vectors[0] != features.vectors[2]).any()
    assert not features.vectors[[1, 4, 5]].any()


def test_known_pictures_are_neither_decoded_nor_encoded(tmp_path):
    pictures = MemoryImages({f"{n}.png": png((n, 0, 0)) for n in range(20)})
    names = list(pictures.files)
    first, second = CountingEncoder("image"), CountingEncoder("image")
    one = encode_images(names, pictures, first, FeatureCache.open(tmp_path, first))
    assert set(pictures.reads.values()) == {2}
    two = encode_images(names, pictures, second, FeatureCache.open(tmp_path, second))
    assert not second.batches
    assert set(pictures.reads.values()) == {3}
    np.testing.assert_array_equal(one.vectors, two.vectors)


def test_progress_counts_pictures_that_fail(tmp_path):
    calls = []
    pictures = MemoryImages({f"{n}.png": b"broken %d" % n if n % 2 else png((n, 0, 0)) for n in range(20)})
    features = encode_images(
        list(pictures.files), pictures, CountingEncoder("image"), None, lambda *call: calls.append(call)
    )
    assert calls[-1] == ("Encoding pictures", 20, 20)
    assert features.present.sum() == len(features.failed) == 10


def test_few_pictures_are_in_memory_at_once(monkeypatch):
    """However many there are: at most three batches are decoded beyond those encoded."""
    monkeypatch.setattr(features_module, "threads", lambda: 1)
    pictures = MemoryImages({f"{n:03}.png": png((n, 0, 0)) for n in range(200)})
    ahead = []

    class Watching(CountingEncoder):
        def encode(self, items):
            result = super().encode(items)
            ahead.append(sum(count == 2 for count in list(pictures.reads.values())) - sum(self.batches))
            return result

    encode_images(list(pictures.files), pictures, Watching("image"))
    assert len(ahead) == 25
    assert max(ahead) <= 3 * 8


def test_large_pictures_are_fitted_where_they_are_decoded():
    prepared_in = set()

    class Preparing(CountingEncoder):
        def prepare(self, picture):
            prepared_in.add(threading.current_thread().name)
            return picture.resize((8, 8))

        def encode(self, items):
            assert all(item.size == (8, 8) for item in items)
            return super().encode(items)

    encoder = Preparing("image")
    encode_images(["a.png"], MemoryImages({"a.png": png("red", (500, 300))}), encoder)
    assert encoder.seen
    assert all(name.startswith("decode") for name in prepared_in)


def test_an_error_of_the_encoder_comes_through_and_threads_end():
    pictures = MemoryImages({f"{n}.png": png((n, 0, 0)) for n in range(200)})
    with pytest.raises(KeyboardInterrupt):
        encode_images(list(pictures.files), pictures, CountingEncoder("image", fail_after=2))
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("decode")]


def test_fuse_puts_text_and_image_side_by_side():
    text = Features(np.ones((2, 3), np.float32), np.array([True, True]))
    image = Features(np.zeros((2, 2), np.float32), np.array([False, False]))
    fused = fuse(text, image)
    assert fused.dtype == np.float32
    assert fused.tolist() == [[1, 1, 1, 0, 0]] * 2

import logging
from pathlib import Path

import numpy as np
import pytest

from core.features.cache import SHARD_ITEMS, FeatureCache
from core.features.texts import encode_texts
from tests.features.doubles import CountingEncoder

TEXTS = ["red shirt", "", "blue cotton trousers with pockets", "red shirt", "cap"]


def shards(root: Path) -> list[Path]:
    return sorted(root.rglob("*.npz"))


def test_a_second_run_encodes_nothing(tmp_path):
    texts = [f"text {n}" for n in range(1300)]
    first, second = CountingEncoder(), CountingEncoder()
    cache = FeatureCache.open(tmp_path, first)
    one = encode_texts(texts, first, cache)
    assert (cache.stats.hits, cache.stats.misses) == (0, 1300)
    assert len(shards(tmp_path)) == 3
    cache = FeatureCache.open(tmp_path, second)
    two = encode_texts(texts, second, cache)
    assert second.sizes == []
    assert (cache.stats.hits, cache.stats.misses) == (1300, 0)
    np.testing.assert_array_equal(one.vectors, two.vectors)


@pytest.mark.parametrize("change", ["name", "weights_id", "preprocessing", "precision"])
def test_another_encoder_shares_nothing(tmp_path, change):
    first, other = CountingEncoder(), CountingEncoder()
    setattr(other, change, 7 if change == "preprocessing" else "other")
    encode_texts(TEXTS, first, FeatureCache.open(tmp_path, first))
    encode_texts(TEXTS, other, FeatureCache.open(tmp_path, other))
    assert len(other.seen) == 3


def test_images_are_kept_by_what_counts_as_one(tmp_path, monkeypatch):
    """Vectors of before the check, or of another version of it, are not found."""
    encoder = CountingEncoder("image")
    (tmp_path / "counting-0123456789abcdef-1").mkdir()
    FeatureCache.open(tmp_path, encoder).put([b"k" * 16], np.ones((1, encoder.dim)))
    cache = FeatureCache.open(tmp_path, encoder)
    cache.put([b"k" * 16], np.ones((1, encoder.dim)))
    cache.flush()
    assert FeatureCache.open(tmp_path, encoder).get([b"k" * 16])
    monkeypatch.setattr("core.catalogue.images.usable.VERSION", 99)
    assert not FeatureCache.open(tmp_path, encoder).get([b"k" * 16])


def test_an_interrupted_run_continues_where_it_stopped(tmp_path):
    texts = [f"text {n}" for n in range(320)]
    broken = CountingEncoder(fail_after=4, most_texts=32)
    with pytest.raises(KeyboardInterrupt):
        encode_texts(texts, broken, FeatureCache.open(tmp_path, broken))
    resumed = CountingEncoder()
    features = encode_texts(texts, resumed, FeatureCache.open(tmp_path, resumed))
    assert len(broken.seen) == 4 * 32
    assert set(broken.seen) | set(resumed.seen) == set(texts)
    assert not set(broken.seen) & set(resumed.seen)
    assert features.present.all()


class KilledCache(FeatureCache):
    """Never writes an incomplete shard: a killed process has no time for the last flush."""

    def flush(self):
        if len(self._pending) >= SHARD_ITEMS:
            super().flush()


def test_a_killed_run_keeps_its_whole_shards(tmp_path):
    texts = [f"text {n}" for n in range(1000)]
    killed = CountingEncoder(fail_after=20, most_texts=32)
    with pytest.raises(KeyboardInterrupt):
        encode_texts(texts, killed, KilledCache.open(tmp_path, killed))
    (shards(tmp_path)[0].parent / ".writing-half.npz").write_bytes(b"half a file")
    resumed = CountingEncoder()
    encode_texts(texts, resumed, FeatureCache.open(tmp_path, resumed))
    assert len(resumed.seen) == 1000 - SHARD_ITEMS


def damage_middle(shard: Path) -> None:
    content = bytearray(shard.read_bytes())
    content[len(content) // 2] ^= 0xFF
    shard.write_bytes(content)


DAMAGES = {
    "cut short": lambda shard: shard.write_bytes(shard.read_bytes()[:100]),
    "empty": lambda shard: shard.write_bytes(b""),
    "text": lambda shard: shard.write_text("no zip"),
    "a bit flipped": damage_middle,
    "other width": lambda shard: np.savez(
        shard, keys=np.load(shard)["keys"], vectors=np.ones((3, 9), np.float32)
    ),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_shard_is_deleted_with_a_warning(tmp_path, damage, caplog):
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

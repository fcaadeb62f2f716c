import numpy as np
import pytest

from core.nearest.exact import nearest
from core.nearest.index import Stored


def test_finds_what_the_whole_search_finds():
    draw = np.random.default_rng(0)
    text, image = (draw.normal(size=(500, d)).astype(np.float32) for d in (8, 5))
    text[3] = 0
    text[7], image[7] = 0, 0
    query = draw.normal(size=13).astype(np.float32)
    found = Stored.of(text, image).nearest(9, query)
    expected = nearest(np.concatenate([text, image], axis=1), 9, query[None])
    np.testing.assert_array_equal(found.indices, expected.indices)
    np.testing.assert_allclose(found.similarity, expected.similarity, atol=1e-6)
    assert found.similarity.dtype == np.float32


def test_only_some_rows_count_and_equal_ones_stand_in_their_order():
    stored = Stored.of(np.repeat(np.eye(2, dtype=np.float32), 4, axis=0))
    assert (stored.width, stored.row(5).tolist()) == (2, [0, 1])
    found = stored.nearest(4, np.float32([1, 0]), np.arange(8) % 3 > 0)
    assert found.indices[0].tolist() == [1, 2, 4, 5]
    assert found.similarity[0].tolist() == [1, 1, 0, 0]
    assert stored.nearest(4, np.float32([1, 0]), np.zeros(8, dtype=bool)).indices.shape == (1, 0)


def test_nothing_is_copied(tmp_path):
    np.save(tmp_path / "v.npy", np.eye(3, dtype=np.float32))
    mapped = np.load(tmp_path / "v.npy", mmap_mode="r")
    assert np.shares_memory(Stored.of(mapped).sides[0], mapped)


@pytest.mark.parametrize("k", [0, 2, 3, 10])
def test_as_many_as_there_are(k):
    found = Stored.of(np.eye(3, dtype=np.float32)).nearest(k, np.float32([0, 2, 1]))
    assert found.indices[0].tolist() == [1, 2, 0][:k]
    assert found.similarity[0] == pytest.approx([2 / 5**0.5, 1 / 5**0.5, 0][:k])


def test_zeros_are_like_nothing():
    stored = Stored.of(np.float32([[0, 0], [1, 0]]))
    assert stored.nearest(2, np.float32([0, 0])).similarity.tolist() == [[0, 0]]
    assert stored.nearest(2, np.float32([3, 0])).indices.tolist() == [[1, 0]]

import numpy as np
import pytest

from core.nearest.exact import nearest
from core.nearest.index import VectorIndex


def test_the_index_finds_what_the_exact_search_finds():
    draw = np.random.default_rng(0)
    text, image = (draw.normal(size=(500, d)).astype(np.float32) for d in (8, 5))
    text[3] = 0
    text[7], image[7] = 0, 0
    query = draw.normal(size=13).astype(np.float32)
    neighbours = VectorIndex.of(text, image).nearest(9, query)
    expected = nearest(np.concatenate([text, image], axis=1), 9, query[None])
    np.testing.assert_array_equal(neighbours.indices, expected.indices)
    np.testing.assert_allclose(neighbours.similarity, expected.similarity, atol=1e-6)
    assert neighbours.similarity.dtype == np.float32


def test_a_search_among_some_rows_keeps_the_order_of_equals():
    index = VectorIndex.of(np.repeat(np.eye(2, dtype=np.float32), 4, axis=0))
    assert (index.width, index.row(5).tolist()) == (2, [0, 1])
    neighbours = index.nearest(4, np.float32([1, 0]), np.arange(8) % 3 > 0)
    assert neighbours.indices[0].tolist() == [1, 2, 4, 5]
    assert neighbours.similarity[0].tolist() == [1, 1, 0, 0]
    assert index.nearest(4, np.float32([1, 0]), np.zeros(8, dtype=bool)).indices.shape == (1, 0)


def test_nothing_is_copied(tmp_path):
    np.save(tmp_path / "v.npy", np.eye(3, dtype=np.float32))
    mapped = np.load(tmp_path / "v.npy", mmap_mode="r")
    assert np.shares_memory(VectorIndex.of(mapped).sides[0], mapped)


@pytest.mark.parametrize("k", [0, 2, 3, 10])
def test_no_more_neighbours_than_rows(k):
    neighbours = VectorIndex.of(np.eye(3, dtype=np.float32)).nearest(k, np.float32([0, 2, 1]))
    assert neighbours.indices[0].tolist() == [1, 2, 0][:k]
    assert neighbours.similarity[0] == pytest.approx([2 / 5**0.5, 1 / 5**0.5, 0][:k])


def test_zero_vectors_are_similar_to_nothing():
    index = VectorIndex.of(np.float32([[0, 0], [1, 0]]))
    assert index.nearest(2, np.float32([0, 0])).similarity.tolist() == [[0, 0]]
    assert index.nearest(2, np.float32([3, 0])).indices.tolist() == [[1, 0]]

import numpy as np
import pytest

from core.nearest.exact import nearest, nearest_by_distance, unit


def vectors(n=200, d=8, seed=0):
    return np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32)


def cosines(one, other):
    one, other = one.astype(np.float64), other.astype(np.float64)
    lengths = np.linalg.norm(one, axis=1)[:, None] * np.linalg.norm(other, axis=1)
    return one @ other.T / lengths


@pytest.mark.parametrize("block", [1, 7, 512])
def test_the_nearest_rows_are_found_with_any_block_size(block):
    rows = vectors()
    every = cosines(rows, rows)
    np.fill_diagonal(every, -2)
    neighbours = nearest(rows, 5, block=block)
    expected = np.argsort(-every, axis=1)[:, :5]
    assert np.array_equal(neighbours.indices, expected)
    assert neighbours.similarity == pytest.approx(np.take_along_axis(every, expected, axis=1), abs=1e-6)
    assert neighbours.indices.dtype == np.int64
    assert neighbours.similarity.dtype == np.float32


@pytest.mark.parametrize("k", [1, 3, 20])
@pytest.mark.parametrize("n", [1600, 1657])
def test_long_rows_are_searched_by_groups(n, k):
    rows = vectors(n)
    every = cosines(rows, rows[:40])
    expected = np.argsort(-every.T, axis=1, kind="stable")[:, :k]
    assert np.array_equal(nearest(rows, k, rows[:40]).indices, expected)


def test_equally_similar_rows_keep_their_order():
    rows = np.repeat(np.eye(4, dtype=np.float32), 300, axis=0)[np.random.default_rng(0).permutation(1200)]
    neighbours = nearest(rows, 300, np.eye(4)[:1])
    assert np.array_equal(neighbours.indices[0], np.flatnonzero(rows[:, 0]))


def distances(one, other):
    return np.linalg.norm(one.astype(np.float64)[:, None] - other.astype(np.float64), axis=2)


@pytest.mark.parametrize("block", [7, 512])
def test_the_nearest_rows_by_distance_are_found_with_any_block_size(block):
    rows = vectors() * np.random.default_rng(1).uniform(0.1, 5, size=(200, 1)) + 3
    every = distances(rows, rows)
    np.fill_diagonal(every, np.inf)
    neighbours = nearest_by_distance(rows, 5, block=block)
    expected = np.argsort(every, axis=1)[:, :5]
    assert np.array_equal(neighbours.indices, expected)
    assert neighbours.distance == pytest.approx(np.take_along_axis(every, expected, axis=1), rel=1e-4)
    nearby = nearest_by_distance(rows, 1, rows[5:8] + 1e-3)
    assert nearby.indices[:, 0].tolist() == [5, 6, 7]


def test_small_distances_far_from_the_origin_are_exact():
    rows = np.float32(1000) + np.arange(6, dtype=np.float32)[:, None] * np.float32(0.25) * np.ones((1, 4))
    neighbours = nearest_by_distance(rows, 2)
    assert neighbours.distance[2] == pytest.approx([0.5, 0.5], rel=1e-6)
    assert sorted(neighbours.indices[2]) == [1, 3]
    assert neighbours.indices.dtype == np.int64
    assert neighbours.distance.dtype == np.float32


@pytest.mark.parametrize("n", [0, 1, 2])
def test_few_rows_by_distance(n):
    neighbours = nearest_by_distance(vectors(n), 5)
    assert neighbours.indices.shape == neighbours.distance.shape == (n, max(n - 1, 0))


def test_on_rows_of_length_one_both_ways_agree():
    rows = unit(vectors())
    by_cosine, by_distance = nearest(rows, 6), nearest_by_distance(rows, 6)
    assert np.array_equal(by_cosine.indices, by_distance.indices)
    assert by_cosine.distance == pytest.approx(by_distance.distance, abs=1e-3)
    assert np.array_equal(by_cosine.first(2).indices, by_cosine.indices[:, :2])
    assert np.array_equal(by_distance.first(2).distance, by_distance.distance[:, :2])


def test_queries_find_themselves_among_the_rows():
    rows = vectors()
    neighbours = nearest(rows, 3, rows[10:14] * 100)
    assert neighbours.indices[:, 0].tolist() == [10, 11, 12, 13]
    assert neighbours.similarity[:, 0] == pytest.approx(1, abs=1e-6)
    assert (np.diff(neighbours.similarity, axis=1) <= 0).all()


def test_no_more_neighbours_than_rows():
    rows = vectors(4)
    assert nearest(rows, 10).indices.shape == (4, 3)
    assert nearest(rows, 10, rows[:2]).indices.shape == (2, 4)
    assert sorted(nearest(rows, 10).indices[1]) == [0, 2, 3]
    assert nearest(rows[:1], 5).indices.shape == (1, 0)
    assert nearest(rows[:0], 5).indices.shape == (0, 0)
    assert nearest(rows[:0], 5, rows).indices.shape == (4, 0)
    assert nearest(rows, 5, rows[:0]).indices.shape == (0, 4)


def test_a_row_may_be_the_neighbour_of_its_copy():
    rows = np.repeat(vectors(3), 2, axis=0)
    neighbours = nearest(rows, 1)
    assert neighbours.indices[:, 0].tolist() == [1, 0, 3, 2, 5, 4]


def test_zero_vectors_are_similar_to_nothing():
    rows = vectors(5)
    rows[2] = 0
    neighbours = nearest(rows, 4)
    assert not neighbours.similarity[2].any()
    assert np.isfinite(neighbours.similarity).all()
    assert np.array_equal(unit(rows)[2], np.zeros(8))


def test_queries_of_another_width_are_refused():
    with pytest.raises(ValueError, match=r"expected queries \(m, 8\), got \(1, 5\)"):
        nearest(vectors(), 3, np.ones((1, 5)))


def test_progress_ends_with_the_last_query():
    calls = []
    nearest(vectors(1100), 3, progress=lambda *step: calls.append(step))
    assert calls == [("neighbours", 512, 1100), ("neighbours", 1024, 1100), ("neighbours", 1100, 1100)]


def test_what_progress_raises_ends_the_search():
    calls = []

    def stop(stage, done, total):
        calls.append(done)
        raise InterruptedError

    with pytest.raises(InterruptedError):
        nearest(vectors(4000), 3, progress=stop)
    assert calls == [512]

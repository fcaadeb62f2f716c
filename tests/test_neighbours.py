import numpy as np
import pytest

from core import neighbours
from core.neighbours import nearest, unit


def vectors(n=200, d=8, seed=0):
    return np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32)


def cosines(one, other):
    one, other = one.astype(np.float64), other.astype(np.float64)
    lengths = np.linalg.norm(one, axis=1)[:, None] * np.linalg.norm(other, axis=1)
    return one @ other.T / lengths


@pytest.mark.parametrize("block", [1, 7, 512])
def test_the_nearest_others_are_found_in_any_blocks(monkeypatch, block):
    monkeypatch.setattr(neighbours, "BLOCK", block)
    rows = vectors()
    every = cosines(rows, rows)
    np.fill_diagonal(every, -2)
    found = nearest(rows, 5)
    expected = np.argsort(-every, axis=1)[:, :5]
    assert np.array_equal(found.indices, expected)
    assert found.similarity == pytest.approx(np.take_along_axis(every, expected, axis=1), abs=1e-6)
    assert found.indices.dtype == np.int64
    assert found.similarity.dtype == np.float32


@pytest.mark.parametrize("rows", [96, 99])
def test_long_rows_are_searched_by_chunks(monkeypatch, rows):
    rows = vectors(rows)
    everything = nearest(rows, 5)
    monkeypatch.setattr(neighbours, "_CHUNK", 4)
    found = nearest(rows, 5)
    assert np.array_equal(found.indices, everything.indices)
    assert np.array_equal(found.similarity, everything.similarity)
    assert np.array_equal(nearest(rows, 3, rows[:9]).indices[:, 0], np.arange(9))


def test_queries_find_themselves_among_the_rows():
    rows = vectors()
    found = nearest(rows, 3, rows[10:14] * 100)
    assert found.indices[:, 0].tolist() == [10, 11, 12, 13]
    assert found.similarity[:, 0] == pytest.approx(1, abs=1e-6)
    assert (np.diff(found.similarity, axis=1) <= 0).all()


def test_as_many_come_back_as_there_are():
    rows = vectors(4)
    assert nearest(rows, 10).indices.shape == (4, 3)
    assert nearest(rows, 10, rows[:2]).indices.shape == (2, 4)
    assert sorted(nearest(rows, 10).indices[1]) == [0, 2, 3]
    assert nearest(rows[:1], 5).indices.shape == (1, 0)
    assert nearest(rows[:0], 5).indices.shape == (0, 0)
    assert nearest(rows[:0], 5, rows).indices.shape == (4, 0)
    assert nearest(rows, 5, rows[:0]).indices.shape == (0, 4)


def test_repeated_rows_leave_only_themselves_out():
    rows = np.repeat(vectors(3), 2, axis=0)
    found = nearest(rows, 1)
    assert found.indices[:, 0].tolist() == [1, 0, 3, 2, 5, 4]


def test_zero_vectors_are_like_nothing():
    rows = vectors(5)
    rows[2] = 0
    found = nearest(rows, 4)
    assert not found.similarity[2].any()
    assert np.isfinite(found.similarity).all()
    assert np.array_equal(unit(rows)[2], np.zeros(8))


def test_vectors_of_other_widths_are_told():
    with pytest.raises(ValueError, match=r"expected queries \(m, 8\), got \(1, 5\)"):
        nearest(vectors(), 3, np.ones((1, 5)))


def test_progress_ends_with_the_last_query():
    told = []
    nearest(vectors(1100), 3, progress=lambda *step: told.append(step))
    assert told == [("neighbours", 512, 1100), ("neighbours", 1024, 1100), ("neighbours", 1100, 1100)]

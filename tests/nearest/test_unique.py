import numpy as np
import pytest

from core.nearest import unique
from core.nearest.exact import unit
from core.nearest.unique import unique_rows


def repeated(n=9000, d=5, seed=0):
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(n // 3, d)).astype(np.float32)
    return rows[rng.integers(len(rows), size=n)]


def assert_as_numpy(vectors, prepare=np.asarray):
    rows, places = unique_rows(vectors, prepare)
    expected, inverse = np.unique(prepare(vectors), axis=0, return_inverse=True)
    assert rows.dtype == np.float32 and places.dtype == np.int64
    assert np.array_equal(rows, expected)
    assert np.array_equal(places, inverse.ravel())


@pytest.mark.parametrize("d", [1, 5, 384])
def test_the_rows_are_those_of_numpy_in_its_order(d):
    assert_as_numpy(repeated(d=d))


def test_rows_may_agree_in_their_first_numbers():
    vectors = repeated()
    vectors[:, 0] = 0
    vectors[::2, 1] = 1
    assert_as_numpy(vectors)
    assert_as_numpy(np.zeros((10, 3), dtype=np.float32))


def test_rows_are_compared_as_they_were_prepared():
    vectors = repeated()
    vectors[1::2] *= 2
    vectors[:3] = 0
    assert_as_numpy(vectors, unit)


def test_minus_zero_is_zero():
    rows, places = unique_rows(np.float32([[0, 1], [-0.0, 1], [1, 0]]))
    assert len(rows) == 2
    assert places.tolist() == [0, 0, 1]


def test_few_rows():
    assert_as_numpy(np.float32([[3, 4]]))
    rows, places = unique_rows(np.zeros((0, 4), dtype=np.float32))
    assert rows.shape == (0, 4) and places.shape == (0,)


def test_rows_with_the_same_digest_are_kept_apart(monkeypatch):
    monkeypatch.setattr(unique, "_digests", lambda vectors, prepare: np.zeros(len(vectors), dtype=np.uint64))
    assert_as_numpy(repeated())

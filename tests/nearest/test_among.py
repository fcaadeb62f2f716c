import numpy as np
import pytest

from core.nearest import among
from core.nearest.among import nearest_among
from tests.nearest.test_cells import clustered


class Stop(Exception):
    pass


def by_hand(rows, k, queries):
    """The distances of the k nearest, float (m, k)."""
    return np.sort(np.linalg.norm(queries[:, None] - rows[None], axis=2), axis=1)[:, :k]


def test_compared_with_all_rows_the_nearest_are_found():
    rows, queries = clustered(300), clustered(200, seed=1)
    which = np.arange(0, 200, 3)
    found = nearest_among(rows, 7, queries, which)
    assert found.distance == pytest.approx(by_hand(rows, 7, queries[which]), abs=1e-5)
    away = np.linalg.norm(rows[found.indices] - queries[which][:, None], axis=2)
    assert found.distance == pytest.approx(away, abs=1e-6)


def test_compared_with_a_tenth_of_the_rows_most_of_the_nearest_are_found(monkeypatch):
    monkeypatch.setattr(among, "_QUERIES", 50)
    both = np.random.default_rng(2).permutation(clustered(4000))
    rows, queries = both[:3000], both[3000:]
    which = np.arange(1000)
    found = nearest_among(rows, 10, queries, which, candidates=300).distance
    assert (found <= by_hand(rows, 10, queries)[:, -1:] + 1e-5).mean() > 0.9


def test_a_seed_finds_the_same_rows_and_fewer_rows_give_fewer_neighbours():
    rows, queries = clustered(2000), clustered(100, seed=1)
    which = np.arange(100)
    first, again = (nearest_among(rows, 5, queries, which, candidates=200, seed=2) for _ in range(2))
    assert np.array_equal(first.indices, again.indices)
    assert nearest_among(rows[:3], 5, queries, which).indices.shape == (100, 3)
    assert nearest_among(rows, 5, queries, which[:0]).indices.shape == (0, 5)


def test_memory_mapped_queries_are_read(tmp_path):
    rows, queries = clustered(200), clustered(90, seed=1)
    np.save(tmp_path / "queries.npy", queries)
    mapped = np.load(tmp_path / "queries.npy", mmap_mode="r")
    which = np.arange(90)
    assert np.array_equal(
        nearest_among(rows, 4, mapped, which).indices, nearest_among(rows, 4, queries, which).indices
    )


def test_progress_counts_queries_and_can_end_the_search():
    rows, queries = clustered(1000), clustered(400, seed=1)
    calls = []
    nearest_among(rows, 3, queries, np.arange(400), progress=lambda *step: calls.append(step))
    assert calls[-1] == ("placing", 400, 400)
    assert [done for _, done, _ in calls] == sorted(done for _, done, _ in calls)

    def stop(stage, done, total):
        raise Stop

    with pytest.raises(Stop):
        nearest_among(rows, 3, queries, np.arange(400), progress=stop)

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from core.nearest import approximate, exact
from tests.nearest.test_cells import clustered


def true_neighbours(rows, k):
    """Row numbers by scikit-learn, without each row itself."""
    around = NearestNeighbors(n_neighbors=k + 1, algorithm="brute").fit(rows).kneighbors(rows)[1]
    return [[other for other in near if other != row][:k] for row, near in enumerate(around)]


def share(found, true):
    return np.mean([len(set(a) & set(b)) / len(b) for a, b in zip(found.tolist(), true, strict=True)])


def test_most_neighbours_are_found_among_a_tenth_of_the_rows():
    rows = clustered(6000)
    neighbours, recall = approximate.nearest(rows, 15, candidates=600)
    measured = share(neighbours.indices, true_neighbours(rows, 15))
    assert measured > 0.95
    assert recall.share == pytest.approx(measured, abs=0.02)
    assert (recall.at, recall.rows) == (15, 512)
    cosines = np.einsum("nd,nkd->nk", rows, rows[neighbours.indices])
    np.testing.assert_allclose(neighbours.similarity, cosines, atol=1e-6)
    assert (np.diff(neighbours.similarity, axis=1) <= 0).all()


def test_more_rows_are_looked_at_until_enough_are_found():
    rows = exact.unit(np.random.default_rng(0).normal(size=(4000, 24)))  # no clusters: the hardest case
    neighbours, recall = approximate.nearest(rows, 15, candidates=100)
    assert recall.share >= approximate.WANTED
    assert share(neighbours.indices, true_neighbours(rows, 15)) > approximate.WANTED - 0.02


@pytest.mark.parametrize("metric", ["nearest", "nearest_by_distance"])
def test_looking_at_all_rows_finds_what_the_exact_search_finds(metric):
    rows = clustered(700)
    neighbours, recall = getattr(approximate, metric)(rows, 20, candidates=700)
    expected = getattr(exact, metric)(rows, 20)
    assert np.array_equal(neighbours.indices, expected.indices)
    np.testing.assert_allclose(neighbours.dissimilarity, expected.dissimilarity, atol=1e-5)
    assert recall == approximate.Recall(1, 15, min(512, recall.rows))


def test_by_distance_lengths_count():
    rng = np.random.default_rng(2)
    rows = clustered(4000) * rng.uniform(1, 9, size=(4000, 1))
    neighbours, _ = approximate.nearest_by_distance(rows, 15, candidates=600)
    assert share(neighbours.indices, true_neighbours(rows, 15)) > 0.95
    distance = np.linalg.norm(rows[:, None] - rows[neighbours.indices], axis=2)
    np.testing.assert_allclose(neighbours.distance, distance, atol=1e-5)


def test_the_same_seed_finds_the_same_rows():
    rows = clustered(5000)
    one, two = (approximate.nearest(rows, 15, seed=3, candidates=300)[0] for _ in range(2))
    assert np.array_equal(one.indices, two.indices)
    assert np.array_equal(one.similarity, two.similarity)


def test_no_row_finds_itself_or_another_twice():
    rows = clustered(3000)
    found = approximate.nearest(rows, 30, candidates=200)[0].indices
    assert (found != np.arange(3000)[:, None]).all()
    assert all(len(set(each)) == 30 for each in found.tolist())


def test_more_neighbours_than_a_few_cells_hold_are_found():
    neighbours, recall = approximate.nearest(clustered(1500), 700, candidates=10)
    assert neighbours.indices.shape == (1500, 700)
    assert recall.at == 15
    assert approximate.nearest(clustered(40), 90)[0].indices.shape == (40, 39)


def test_progress_counts_rows_and_can_end_the_search():
    calls = []
    approximate.nearest(clustered(9000), 5, candidates=300, progress=lambda *step: calls.append(step))
    assert calls[-1] == ("neighbours", 9000, 9000)
    assert len(calls) > 1

    def stop(stage, done, total):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        approximate.nearest(clustered(9000), 5, candidates=300, progress=stop)


def test_without_clusters_there_is_no_answer_where_an_exact_search_is_as_fast():
    rows = exact.unit(np.random.default_rng(0).normal(size=(4000, 64)))
    assert approximate.nearest(rows, 15, candidates=100, most=1000) is None
    assert approximate.nearest_by_distance(rows, 15, candidates=100, most=1000) is None
    assert approximate.nearest(clustered(4000), 15, candidates=600, most=2000) is not None

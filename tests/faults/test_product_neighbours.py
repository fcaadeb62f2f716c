import numpy as np
import pytest

from core.faults.product_neighbours import find_neighbours
from core.nearest.graph import graph_of


def circle(*degrees):
    angle = np.radians(degrees)
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


def test_neighbours_are_sorted_by_distance():
    neighbours = find_neighbours(circle(0, 10, 30, 90), np.ones(4, bool), k=2)
    assert neighbours.indices.tolist() == [[1, 2], [0, 2], [1, 0], [2, 1]]
    assert neighbours.distance[0] == pytest.approx(1 - np.cos(np.radians([10, 30])), abs=1e-6)
    assert neighbours.first.tolist() == [0, 1, 2, 3]


def test_copies_count_once_and_share_their_neighbours():
    neighbours = find_neighbours(circle(50, 0, 50, 50, 10), np.ones(5, bool), k=9)
    assert neighbours.first.tolist() == [0, 1, 0, 0, 4]
    assert (
        neighbours.indices[0].tolist()
        == neighbours.indices[2].tolist()
        == neighbours.indices[3].tolist()
        == [4, 1]
    )
    assert neighbours.indices[1].tolist() == [4, 0]
    assert neighbours.distance.shape == (5, 2)


def test_absent_products_have_no_neighbours_and_are_none():
    neighbours = find_neighbours(circle(0, 1, 90), np.array([True, False, True]))
    assert neighbours.first.tolist() == [0, -1, 2]
    assert neighbours.indices.tolist() == [[2], [-1], [0]]
    assert np.isnan(neighbours.distance[1]).all()


@pytest.mark.parametrize("rows", [0, 1, 3])
def test_too_few_products_have_no_neighbours(rows):
    neighbours = find_neighbours(circle(*[20] * rows), np.ones(rows, bool))
    assert neighbours.indices.shape == (rows, 0)
    assert np.isnan(neighbours.distance_to(3)).all()
    assert find_neighbours(circle(*range(rows)), np.zeros(rows, bool)).first.tolist() == [-1] * rows


def test_the_distance_to_a_missing_rank_is_that_to_the_last_neighbour():
    neighbours = find_neighbours(circle(0, 10, 30), np.ones(3, bool))
    assert neighbours.distance_to(1) == pytest.approx(neighbours.distance[:, 0])
    assert neighbours.distance_to(2) == pytest.approx(neighbours.distance_to(99))


def test_arrays_must_fit():
    with pytest.raises(ValueError, match=r"got \(2, 2\), \(3,\)"):
        find_neighbours(circle(0, 1), np.ones(3, bool))


def test_a_given_graph_is_used():
    rows = circle(0, 10, 10, 30, 90, 91)
    present = np.array([True, True, True, False, True, True])
    graph = graph_of(rows[present], reach=4)
    shared, alone = find_neighbours(rows, present, k=2, graph=graph), find_neighbours(rows, present, k=2)
    assert (
        shared.indices.tolist()
        == alone.indices.tolist()
        == [[1, 4], [0, 4], [0, 4], [-1, -1], [5, 1], [4, 1]]
    )
    assert np.array_equal(shared.distance, alone.distance, equal_nan=True)
    assert graph.nearest(3).indices.shape == (4, 3)


def test_a_graph_of_other_rows_is_refused():
    rows = circle(0, 10, 30)
    with pytest.raises(ValueError, match="expected a cosine graph of 2 rows, got cosine of 3"):
        find_neighbours(rows, np.array([True, True, False]), graph=graph_of(rows))
    with pytest.raises(ValueError, match="got euclidean of 3"):
        find_neighbours(rows, np.ones(3, bool), graph=graph_of(rows, metric="euclidean"))


def test_vectors_have_length_one_and_are_those_of_their_products():
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((40, 6)).astype(np.float32)
    vectors[30:] = vectors[:10]
    present = np.arange(40) % 4 > 0
    rows = np.flatnonzero(present)
    expected = vectors[rows] / np.linalg.norm(vectors[rows], axis=1, keepdims=True)
    for graph in (None, graph_of(vectors[rows])):
        found = find_neighbours(vectors, present, graph=graph)
        assert (found.vectors(rows) == expected).all()
        assert len(found.unique) == len(np.unique(expected, axis=0)) < len(rows)

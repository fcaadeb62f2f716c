import numpy as np
import pytest

from core.faults.near import near
from core.nearest.graph import graph_of


def circle(*degrees):
    angle = np.radians(degrees)
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


def test_neighbours_come_by_distance():
    found = near(circle(0, 10, 30, 90), np.ones(4, bool), k=2)
    assert found.indices.tolist() == [[1, 2], [0, 2], [1, 0], [2, 1]]
    assert found.distance[0] == pytest.approx(1 - np.cos(np.radians([10, 30])), abs=1e-6)
    assert found.first.tolist() == [0, 1, 2, 3]


def test_copies_count_once_and_share_their_neighbours():
    found = near(circle(50, 0, 50, 50, 10), np.ones(5, bool), k=9)
    assert found.first.tolist() == [0, 1, 0, 0, 4]
    assert found.indices[0].tolist() == found.indices[2].tolist() == found.indices[3].tolist() == [4, 1]
    assert found.indices[1].tolist() == [4, 0]
    assert found.distance.shape == (5, 2)


def test_the_absent_have_no_neighbours_and_are_none():
    found = near(circle(0, 1, 90), np.array([True, False, True]))
    assert found.first.tolist() == [0, -1, 2]
    assert found.indices.tolist() == [[2], [-1], [0]]
    assert np.isnan(found.distance[1]).all()


@pytest.mark.parametrize("rows", [0, 1, 3])
def test_too_few_for_neighbours(rows):
    found = near(circle(*[20] * rows), np.ones(rows, bool))
    assert found.indices.shape == (rows, 0)
    assert np.isnan(found.scale(3)).all()
    assert near(circle(*range(rows)), np.zeros(rows, bool)).first.tolist() == [-1] * rows


def test_the_scale_is_the_last_distance_where_there_are_few():
    found = near(circle(0, 10, 30), np.ones(3, bool))
    assert found.scale(1) == pytest.approx(found.distance[:, 0])
    assert found.scale(2) == pytest.approx(found.scale(99))


def test_arrays_must_fit():
    with pytest.raises(ValueError, match=r"got \(2, 2\), \(3,\)"):
        near(circle(0, 1), np.ones(3, bool))


def test_a_graph_that_is_there_is_used():
    rows = circle(0, 10, 10, 30, 90, 91)
    present = np.array([True, True, True, False, True, True])
    graph = graph_of(rows[present], reach=4)
    shared, alone = near(rows, present, k=2, graph=graph), near(rows, present, k=2)
    assert (
        shared.indices.tolist()
        == alone.indices.tolist()
        == [[1, 4], [0, 4], [0, 4], [-1, -1], [5, 1], [4, 1]]
    )
    assert np.array_equal(shared.distance, alone.distance, equal_nan=True)
    assert graph.nearest(3).indices.shape == (4, 3)


def test_a_graph_of_other_rows_is_told():
    rows = circle(0, 10, 30)
    with pytest.raises(ValueError, match="expected a graph of 2 rows by cosine, got 3 by cosine"):
        near(rows, np.array([True, True, False]), graph=graph_of(rows))
    with pytest.raises(ValueError, match="got 3 by euclidean"):
        near(rows, np.ones(3, bool), graph=graph_of(rows, metric="euclidean"))

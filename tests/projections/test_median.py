import numpy as np
import pytest

from core.projections.median import closeness, geometric_median


def test_a_stray_neighbour_does_not_pull_a_point_away():
    positions = np.array([[[0, 0], [0, 1], [1, 0], [100, 100]]], dtype=np.float32)
    at = geometric_median(positions, np.ones((1, 4)))[0]
    assert np.linalg.norm(at) < 2


def test_the_median_has_the_smallest_weighted_sum_of_distances():
    rng = np.random.default_rng(0)
    positions, weights = rng.normal(size=(5, 9, 2)), rng.uniform(0.5, 2, size=(5, 9))
    at = geometric_median(positions, weights)
    grid = np.stack(np.meshgrid(*[np.linspace(-1.5, 1.5, 61)] * 2), axis=-1).reshape(-1, 2)
    for one, places, shares in zip(at, positions, weights, strict=True):
        least = (np.linalg.norm(grid[:, None] - places, axis=2) @ shares).min()
        assert np.linalg.norm(one - places, axis=1) @ shares <= least * 1.005


def test_equal_positions_and_single_neighbours_stay_where_they_are():
    same = np.full((2, 6, 3), 4.0)
    assert geometric_median(same, np.ones((2, 6))) == pytest.approx(np.full((2, 3), 4.0))
    assert geometric_median(same[:, :1], np.ones((2, 1))) == pytest.approx(np.full((2, 3), 4.0))


def test_a_point_in_the_place_of_a_neighbour_counts_it_most_but_not_without_end():
    assert closeness(np.array([[0.0, 0.5]])).tolist() == [[1000, 2]]

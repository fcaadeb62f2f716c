"""The lasso: the same products as a count of crossings point by point, and no nonsense from a browser."""

import numpy as np
import pytest

from core.views.maps.lasso import MOST_CORNERS, Outline, in_polygon, rows_inside


def one_by_one(points: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """Winding by angles: the angles from a point to the corners of an outline add up to a turn around it.

    Of an outline that crosses itself, an odd number of turns is inside.
    """
    inside = []
    for point in points:
        arms = corners - point
        angles = np.arctan2(arms[:, 1], arms[:, 0])
        steps = np.diff(np.append(angles, angles[0]))
        turns = ((steps + np.pi) % (2 * np.pi) - np.pi).sum() / (2 * np.pi)
        inside.append(round(turns) % 2 == 1)
    return np.array(inside)


@pytest.mark.parametrize("seed", range(6))
def test_the_same_as_the_angles_to_the_corners(seed):
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(2000, 2))
    corners = rng.normal(size=(rng.integers(3, 40), 2))  # crosses itself
    assert np.array_equal(in_polygon(points, corners), one_by_one(points, corners))


def test_the_same_as_areas_of_a_square_and_none_of_a_line():
    grid = np.stack(np.meshgrid(np.arange(10) + 0.5, np.arange(10) + 0.5), axis=-1).reshape(-1, 2)
    square = np.array([[2, 3], [2, 8], [7, 8], [7, 3]], dtype=float)
    assert in_polygon(grid, square).sum() == 25
    assert in_polygon(grid, square[::-1]).sum() == 25
    assert not in_polygon(grid, square[:2]).any()
    assert not in_polygon(grid[:0], square).any()


def test_an_outline_on_a_turned_map_takes_what_is_seen_in_it():
    rng = np.random.default_rng(1)
    coordinates = rng.normal(size=(500, 3)).astype(np.float32)
    turn, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    middle = np.array([1.0, 2.0, 3.0])
    square = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], dtype=float)
    outline = Outline(square, turn[:2], frozenset(), add=False)
    rows = np.arange(0, 500, 2)
    expected = [r for r in rows if (np.abs(turn[:2] @ (coordinates[r] - middle)) < 1).all()]
    assert expected
    assert rows_inside(outline, coordinates, rows, middle).tolist() == expected


GOOD = {"corners": [0, 0, 1, 0, 1, 1], "turn": [1, 0, 0, 0, 1, 0], "hidden": ["Mugs"], "add": True}


def test_an_outline_is_read_as_it_was_sent():
    outline = Outline.read(GOOD)
    assert outline.corners.tolist() == [[0, 0], [1, 0], [1, 1]]
    assert outline.turn.shape == (2, 3)
    assert outline.hidden == {"Mugs"}
    assert outline.add is True


@pytest.mark.parametrize(
    "change",
    [
        {"corners": [0, 0, 1]},
        {"corners": "abc"},
        {"corners": [0, float("nan")]},
        {"corners": [0.0, 0.0] * (MOST_CORNERS + 1)},
        {"turn": [1, 2, 3]},
        {"hidden": 5},
    ],
)
def test_what_is_no_outline_is_none(change):
    assert Outline.read(GOOD | change) is None
    assert Outline.read(None) is None
    assert Outline.read({}) is None

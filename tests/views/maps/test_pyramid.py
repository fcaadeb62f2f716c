"""The pyramid: every point once, near its place, no window too full, nothing rare lost in the overview."""

import numpy as np
import pytest

from core.views.maps.pyramid import DEEPEST, FEW, STEPS, Pyramid, build_pyramid, tile_side

N = 20_000
WINDOW = 1500


def points(dims: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Clouds of very different density, a rare category far away, and rows that are not on the map."""
    rng = np.random.default_rng(seed)
    group = rng.integers(0, 8, N)
    places = rng.normal(size=(8, dims))[group] * 5 + rng.normal(size=(N, dims)) * (0.02 + group[:, None] / 8)
    group[:30], places[:30] = 8, 40 + rng.normal(size=(30, dims))
    places[100:140] = np.nan
    return places.astype(np.float32), group


def decoded(pyramid: Pyramid) -> np.ndarray:
    """Where the tiles say that the points are, in the order of the catalogue's rows."""
    dims = pyramid.steps.shape[1]
    counts = np.diff(pyramid.starts)
    side = np.repeat([tile_side(dims, level) for level in pyramid.levels], counts)[:, None]
    cells = np.repeat(pyramid.cells, counts, axis=0)
    unit = (cells + (pyramid.steps + 0.5) / (STEPS + 1)) / side
    found = np.full((N, dims), np.nan)
    found[pyramid.rows] = pyramid.low + unit * (pyramid.high - pyramid.low)
    return found


@pytest.mark.parametrize("dims", [2, 3])
def test_each_point_is_in_one_tile_and_within_half_a_step(dims):
    places, group = points(dims)
    pyramid = build_pyramid(places, group, window=WINDOW)
    on_map = np.flatnonzero(np.isfinite(places).all(axis=1))
    assert np.array_equal(np.sort(pyramid.rows), on_map)
    assert pyramid.starts[0] == 0
    assert pyramid.starts[-1] == len(on_map)
    assert (np.diff(pyramid.starts) > 0).all()
    found = decoded(pyramid)
    assert np.array_equal(np.isnan(found), np.isnan(places))
    step = (pyramid.high - pyramid.low) / tile_side(dims, 0) / STEPS
    assert (np.abs(found - places)[on_map] <= 0.51 * step + 1e-6).all()


def test_tiles_are_told_apart_and_come_level_by_level():
    pyramid = build_pyramid(*points(2), window=WINDOW)
    names = {(int(level), *cell) for level, cell in zip(pyramid.levels, pyramid.cells.tolist(), strict=True)}
    assert len(names) == len(pyramid.levels)
    assert (np.diff(pyramid.levels.astype(int)) >= 0).all()
    assert pyramid.levels.max() > 2


def test_no_window_of_a_level_holds_too_many_points_above_the_last_level():
    places, group = points(2)
    pyramid = build_pyramid(places, group, window=WINDOW)
    level_of = np.full(N, -1)
    level_of[pyramid.rows] = np.repeat(pyramid.levels, np.diff(pyramid.starts))
    unit = (places.astype(np.float64) - pyramid.low) / (pyramid.high - pyramid.low)
    for level in range(DEEPEST):
        drawn = (level_of >= 0) & (level_of <= level)
        windows = np.minimum((unit[drawn] * 2**level).astype(int), 2**level - 1)
        counts = np.unique(windows, axis=0, return_counts=True)[1]
        assert counts.max() <= WINDOW


def test_the_overview_is_full_and_leaves_out_no_region_and_no_category():
    places, group = points(2)
    pyramid = build_pyramid(places, group, window=WINDOW)
    shown = pyramid.overview_rows
    assert len(shown) == WINDOW
    counts = np.bincount(group[shown], minlength=9)
    assert (counts >= np.minimum(np.bincount(group), min(FEW, WINDOW // (4 * 9)))).all()
    assert counts[8] == 30
    on_map = np.isfinite(places).all(axis=1)
    regions = np.minimum(
        (16 * (places[on_map] - pyramid.low) / (pyramid.high - pyramid.low)).astype(int), 15
    )  # coarser than the parts of which each has a point
    seen = np.isin(np.flatnonzero(on_map), shown)
    assert {*map(tuple, regions[seen].tolist())} == {*map(tuple, regions.tolist())}


def test_those_that_come_first_are_all_in_the_overview_if_there_is_room():
    places, group = points(2)
    first = np.zeros(N, dtype=bool)
    first[5000:6000] = True
    pyramid = build_pyramid(places, group, first, window=WINDOW)
    assert np.isin(np.flatnonzero(first), pyramid.overview_rows).all()
    assert len(pyramid.overview_rows) == WINDOW


def test_a_pyramid_is_the_same_every_time():
    places, group = points(2)
    one, other = (build_pyramid(places, group, window=WINDOW) for _ in range(2))
    assert np.array_equal(one.rows, other.rows)
    assert np.array_equal(one.steps, other.steps)


@pytest.mark.parametrize("n", [0, 1, 5])
def test_few_points_or_equal_ones_are_drawn_as_well(n):
    pyramid = build_pyramid(np.ones((n, 2), dtype=np.float32), np.zeros(n, dtype=int), window=2)
    assert sorted(pyramid.rows) == list(range(n))
    assert np.array_equal(pyramid.places(np.arange(len(pyramid.levels))), np.arange(n))
    assert len(pyramid.overview_rows) == min(n, 2)


def test_places_of_tiles_and_of_products():
    pyramid = build_pyramid(*points(2), window=WINDOW)
    tiles = np.array([3, 1])
    expected = [*range(*pyramid.starts[3:5]), *range(*pyramid.starts[1:3])]
    assert pyramid.places(tiles).tolist() == expected
    rows = pyramid.rows[[7, 900]]
    assert pyramid.places_of([*rows, 100]).tolist() == [7, 900]  # 100 is not on the map

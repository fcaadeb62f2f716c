import numpy as np
import pytest

from core.views.maps.lasso import Outline
from core.views.maps.layers import FILTERED, REST, Layer
from core.views.maps.pyramid import build_pyramid
from core.views.maps.tiled_map import TiledMap
from core.views.maps.tiled_message import RINGED
from core.views.maps.tints import MARKED

N = 400


@pytest.fixture(scope="module")
def tiled() -> TiledMap:
    """A square of 20 x 20 points, in layers by their column; those of the first two are filtered out."""
    x, y = np.divmod(np.arange(N), 20)
    coordinates = np.stack([x, y], axis=1).astype(np.float32)
    layers = [
        Layer(FILTERED, np.flatnonzero(x < 2), REST, pickable=False),
        Layer("left", np.flatnonzero((x >= 2) & (x < 10))),
        Layer("right", np.flatnonzero(x >= 10)),
    ]
    return TiledMap.of("map", coordinates, layers, build_pyramid(coordinates, x, window=100))


def outline(*hidden: str) -> Outline:
    """A box around the columns from 0 to 11 and the rows from 0 to 4; the middle of the map is 9.5, 9.5."""
    corners = np.array([[-10, -10], [2, -10], [2, -5], [-10, -5]], dtype=float)
    return Outline(corners, np.eye(2, 3), frozenset(hidden), add=False)


def test_an_outline_picks_all_in_it_but_what_is_filtered_or_hidden(tiled):
    everything = [20 * x + y for x in range(2, 12) for y in range(5)]
    assert tiled.rows_in(outline()) == everything
    assert tiled.rows_in(outline("left")) == [row for row in everything if row >= 200]
    assert tiled.rows_in(outline("left", "right")) == []


def test_places_are_those_of_the_tiles(tiled):
    places = [0, 7, N, -1, "1", None, True]
    assert tiled.rows_at(places) == [int(tiled.pyramid.rows[0]), int(tiled.pyramid.rows[7])]


def test_only_many_products_are_marked_and_a_mark_is_another_look(tiled):
    few, many = list(range(RINGED)), list(range(RINGED + 1))
    assert tiled.marked(few, few) is tiled.tints
    marked = tiled.marked(few, many)
    assert np.flatnonzero(marked.of & MARKED).tolist() == many
    assert np.array_equal(marked.of & ~np.uint8(MARKED), tiled.tints.of)
    assert tiled.look(marked) != tiled.look(tiled.tints)


def test_a_file_has_the_overview(tiled):
    drawn = np.sort(np.concatenate([layer.rows for layer in tiled.overview_layers]))
    assert np.array_equal(drawn, np.sort(tiled.pyramid.overview_rows))
    assert len(drawn) == 100

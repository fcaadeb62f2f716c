import base64
import json

import numpy as np
import pytest

from core.views.maps import layers as maps
from core.views.maps.map_figure import RINGED, product_map

CATEGORIES = np.array(["mug", "lamp", "mug", "chair", "sofa", "lamp"], dtype=object)
HOVER = np.array([f"p{i}" for i in range(6)], dtype=object)


@pytest.fixture
def place() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(6, 2)).astype(np.float32)


@pytest.fixture
def layers() -> list[maps.Layer]:
    return maps.category_layers(CATEGORIES, np.arange(6), ["lamp"])


def test_a_point_carries_its_row(place, layers):
    lamp = product_map(place, layers, HOVER).data[-1]
    assert lamp.type == "scattergl"
    assert list(lamp.customdata) == [1, 5]
    assert list(lamp.text) == ["p1", "p5"]
    np.testing.assert_allclose(lamp.x, place[[1, 5], 0])


def test_three_dimensions_turn_instead_of_select(layers):
    figure = product_map(
        np.zeros((6, 3), np.float32), layers, HOVER, names={"lamp": np.zeros(2)}, marked={"picked": [1]}
    )
    assert {trace.type for trace in figure.data} == {"scatter3d"}
    assert figure.layout.dragmode == "orbit"
    assert not figure.layout.annotations


def test_few_marked_products_get_rings_where_they_are_on_the_map(place, layers):
    place[2] = np.nan
    figure = product_map(place, layers, HOVER, marked={"picked": [1, 2], "found": []})
    rings = figure.data[len(layers) :]
    assert [ring.name for ring in rings] == ["picked (1)"]
    assert rings[0].marker.symbol == "circle-open"
    assert list(rings[0].customdata) == [1]


def test_where_many_are_marked_the_others_fade():
    n = 2 * RINGED + 2
    rows = np.arange(n)
    layers = [maps.Layer("even", rows[::2]), maps.Layer("odd", rows[1::2])]
    figure = product_map(
        np.zeros((n, 2), np.float32), layers, np.full(n, "", dtype=object), marked={"picked": rows[::2]}
    )
    assert [list(trace.selectedpoints) for trace in figure.data] == [list(range(RINGED + 1)), []]


def test_names_are_written_where_given(place, layers):
    figure = product_map(place, layers, HOVER, names={"lamp": np.array([1.5, -2], np.float32)})
    note = figure.layout.annotations[0]
    assert (note.text, note.x, note.y) == ("lamp", 1.5, -2)


def test_a_scale_of_colours_has_a_bar_instead_of_a_legend(place):
    values = np.linspace(0, 1, 6)
    trace = product_map(place, maps.scale_layers(values, np.arange(6), "Confidence"), HOVER).data[0]
    np.testing.assert_allclose(trace.marker.color, values)
    assert (trace.marker.cmin, trace.marker.cmax, trace.showlegend) == (0, 1, False)
    assert trace.marker.colorbar.title.text == "Confidence"


def test_a_large_map_is_small_on_the_wire():
    n = 44_000
    categories = np.array([f"c{i % 45}" for i in range(n)], dtype=object)
    layers = maps.category_layers(categories, np.arange(n), [f"c{i}" for i in range(10)])
    hover = np.full(n, "a name of usual length<br>its category", dtype=object)
    figure = product_map(np.zeros((n, 2), np.float32), layers, hover)
    text = figure.to_json()
    assert len(text) < 4_500_000
    first = json.loads(text)["data"][0]
    assert first["x"]["dtype"] == "f4"
    assert len(base64.b64decode(first["customdata"]["bdata"])) == 4 * len(layers[0].rows)


@pytest.mark.parametrize(("dims", "symbol"), [(2, "star"), (3, "diamond")])
def test_a_product_from_outside_is_a_named_mark_on_top(layers, dims, symbol):
    at = [0.5, -0.25, 2.0][:dims]
    figure = product_map(
        np.zeros((6, dims), np.float32), layers, HOVER, marked_points={"<mine>": at}, names={}
    )
    star = figure.data[-1]
    assert (star.marker.symbol, star.name) == (symbol, "★ &lt;mine&gt;")
    written = star.text if dims == 3 else [note.text for note in figure.layout.annotations]
    assert list(written) == (["&lt;mine&gt;"] if dims == 3 else ["<b>★ &lt;mine&gt;</b>"])
    assert [float(star[axis][0]) for axis in "xyz"[:dims]] == at

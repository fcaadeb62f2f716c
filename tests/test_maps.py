import base64
import json

import numpy as np
import pytest

from core import maps

CATEGORIES = np.array(["mug", "lamp", "mug", "chair", "sofa", "lamp"], dtype=object)
ROWS = np.arange(6)


def test_category_layers_put_the_rest_below_in_grey():
    layers = maps.category_layers(CATEGORIES, ROWS, ["mug", "lamp"])
    assert [layer.name for layer in layers] == ["2 other categories", "mug", "lamp"]
    assert layers[0].colour == maps.REST
    assert [list(layer.rows) for layer in layers] == [[3, 4], [0, 2], [1, 5]]


def test_category_layers_draw_each_row_once_and_only_the_rows_asked_for():
    rows = np.array([5, 3, 0])
    layers = maps.category_layers(CATEGORIES, rows, ["mug", "lamp", "chair", "sofa"])
    assert sorted(np.concatenate([layer.rows for layer in layers])) == [0, 3, 5]
    assert len(layers) == 4


def test_rows_without_a_prediction_are_said_to_be_outside_the_test_part():
    named = np.array(["mug", "", "", "chair", "", ""], dtype=object)
    layers = maps.category_layers(named, ROWS, ["mug"])
    assert [layer.name for layer in layers] == ["not in the test part", "1 other category", "mug"]
    assert list(layers[0].rows) == [1, 2, 4, 5]


def test_verdict_layers():
    predicted = np.array(["mug", "mug", "", "chair", "", "lamp"], dtype=object)
    layers = {layer.name: list(layer.rows) for layer in maps.verdict_layers(CATEGORIES, predicted, ROWS)}
    assert layers == {"not in the test part": [2, 4], "right": [0, 3, 5], "wrong": [1]}


def test_a_point_carries_its_row():
    place = np.random.default_rng(0).normal(size=(6, 2)).astype(np.float32)
    figure = maps.product_map(
        place, maps.category_layers(CATEGORIES, ROWS, ["lamp"]), [f"p{i}" for i in range(6)]
    )
    lamp = figure.data[-1]
    assert lamp.type == "scattergl"
    assert list(lamp.customdata) == [1, 5]
    assert list(lamp.text) == ["p1", "p5"]
    np.testing.assert_allclose(lamp.x, place[[1, 5], 0])


def test_three_dimensions_turn_instead_of_select():
    figure = maps.product_map(
        np.zeros((6, 3), np.float32), maps.verdict_layers(CATEGORIES, CATEGORIES, ROWS), [""] * 6
    )
    assert figure.data[0].type == "scatter3d"
    assert figure.layout.dragmode == "orbit"


def test_a_large_map_is_small_on_the_wire():
    n = 44_000
    categories = np.array([f"c{i % 45}" for i in range(n)], dtype=object)
    layers = maps.category_layers(categories, np.arange(n), [f"c{i}" for i in range(10)])
    figure = maps.product_map(
        np.zeros((n, 2), np.float32), layers, ["a name of usual length<br>its category"] * n
    )
    text = figure.to_json()
    assert len(text) < 4_500_000
    first = json.loads(text)["data"][0]
    assert first["x"]["dtype"] == "f4"
    assert len(base64.b64decode(first["customdata"]["bdata"])) == 4 * len(layers[0].rows)


@pytest.mark.parametrize("nothing", [None, {}, {"selection": None}, {"selection": {"points": []}}])
def test_nothing_selected(nothing):
    assert maps.selected_rows(nothing) == []


def test_selected_rows_come_from_the_custom_data_and_once():
    points = [
        {"curve_number": 1, "point_index": 0, "customdata": [7]},
        {"curve_number": 0, "point_index": 0, "customdata": 3},
        {"curve_number": 1, "point_index": 0, "customdata": [7]},
        {"curve_number": 2, "point_index": 4},
    ]
    assert maps.selected_rows({"selection": {"points": points}}) == [7, 3]

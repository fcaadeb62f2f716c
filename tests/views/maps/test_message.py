import base64
import json

import numpy as np
import pandas as pd
import pytest

from core.views.maps import layers as maps
from core.views.maps.message import NOWHERE, image_message, map_message, points_message, texts_message


def unpacked(text: str, kind: str) -> list:
    return np.frombuffer(base64.b64decode(text), kind).tolist()


def sent(layers, n=5, **more) -> dict:
    return json.loads(
        map_message(layers, n, points="p", texts="t", dims=more.pop("dims", 2), alt="a", **more)
    )


def test_coordinates_travel_as_single_precision_and_may_be_missing():
    message = json.loads(points_message("a map", np.array([[1.5, -2], [np.nan, np.nan]])))
    assert (message["kind"], message["id"]) == ("points", "a map")
    np.testing.assert_equal(unpacked(message["coordinates"], "<f4"), [1.5, -2, np.nan, np.nan])


def test_a_product_without_a_name_is_called_by_its_id_and_long_names_are_cut():
    table = pd.DataFrame(
        {"sku": ["A", "B"], "name": ["", "x" * 99], "category": ["mug", "lamp"]}, index=[0, 1]
    )
    value = json.loads(texts_message("t", table))
    assert value["names"] == ["A", "x" * 40]
    assert [value["categories"][i] for i in unpacked(value["category_of"], "<u2")] == ["mug", "lamp"]


def test_each_product_has_the_layer_it_is_in_or_none():
    layers = [
        maps.Layer(maps.FILTERED, np.array([4]), maps.REST, pickable=False),
        maps.Layer("mug", np.array([0, 2])),
    ]
    message = sent(layers, picked=[2, 0], matches=[])
    assert unpacked(message["layer_of"], "u1") == [1, NOWHERE, 1, NOWHERE, 0]
    assert [(one["name"], one["count"], one["pickable"]) for one in message["layers"]] == [
        (maps.FILTERED, 1, False),
        ("mug", 2, True),
    ]
    assert message["layers"][0]["strength"] < message["layers"][1]["strength"]
    assert (unpacked(message["picked"], "<i4"), unpacked(message["matches"], "<i4")) == ([2, 0], [])
    assert message["values"] is None


def test_values_on_a_scale_stand_at_their_rows():
    message = sent(maps.scale_layers(np.array([np.nan, 0.25, 0.5]), np.arange(3), "Confidence"), n=3)
    assert unpacked(message["values"], "<f4") == [0, 0.25, 0.5]
    assert [one["scaled"] for one in message["layers"]] == [False, True]


@pytest.mark.parametrize("dims", [2, 3])
def test_names_and_stars_have_as_many_numbers_as_the_map_has_dimensions(dims):
    at = np.arange(1, dims + 1, dtype=np.float32)
    message = sent([], dims=dims, names={"lamp": at}, stars={"mine": at})
    assert message["names"] == [["lamp", *map(float, at)]]
    assert message["stars"] == [["mine", *map(float, at)]]


def test_a_change_of_colours_sends_little():
    n = 44_000
    categories = np.array([f"c{i % 45}" for i in range(n)], dtype=object)
    layers = maps.category_layers(categories, np.arange(n), [f"c{i}" for i in range(10)])
    assert len(map_message(layers, n, points="p", texts="t", dims=2, alt="a")) < 65_000
    assert len(points_message("p", np.zeros((n, 2), np.float32))) < 500_000


def test_the_image_under_the_mouse():
    assert json.loads(image_message(3, "data:,")) == {"kind": "image", "row": 3, "image": "data:,"}

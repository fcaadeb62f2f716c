import base64
import json

import numpy as np
import pytest

from core.views.maps.layers import Layer
from core.views.maps.pyramid import build_pyramid
from core.views.maps.tiled_message import (
    RINGED,
    Wanted,
    product_message,
    tiled_map_message,
    tiles_message,
)
from core.views.maps.tints import tints_of

N = 900


@pytest.fixture(scope="module")
def coordinates() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(N, 2)).astype(np.float32)


@pytest.fixture(scope="module")
def pyramid(coordinates):
    return build_pyramid(coordinates, np.arange(N) % 3, window=100)


def numbers(text: str, kind: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), kind)


def told(message: bytes) -> dict:
    return json.loads(message)


def test_tiles_are_sent_with_what_is_wanted_of_them(pyramid):
    tints = (np.arange(N) % 200).astype(np.uint8)
    sent = told(tiles_message("p", "l", pyramid, Wanted(3, (4, 2), (2,)), tints))
    sizes = np.diff(pyramid.starts)
    assert sent["number"] == 3
    assert sent["places_of"] == [[4, sizes[4]], [2, sizes[2]]]
    assert sent["tints_of"] == [[2, sizes[2]]]
    steps = np.concatenate([pyramid.steps[slice(*pyramid.starts[t : t + 2])] for t in (4, 2)])
    assert np.array_equal(numbers(sent["places"], "<u2").reshape(-1, 2), steps)
    assert np.array_equal(numbers(sent["tints"], "u1"), tints[pyramid.rows[slice(*pyramid.starts[2:4])]])


def test_an_answer_is_bounded_and_never_empty(pyramid):
    everything = tuple(range(len(pyramid.levels)))
    sizes = np.diff(pyramid.starts)
    sent = told(tiles_message("p", "l", pyramid, Wanted(1, everything), at_once=100))
    assert 1 <= sum(size for _, size in sent["places_of"]) <= 100
    sent = told(tiles_message("p", "l", pyramid, Wanted(1, (2,)), at_once=0))
    assert sent["places_of"] == [[2, sizes[2]]]
    assert sent["tints_of"] == []


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (None, Wanted()),
        ("x", Wanted()),
        ({"number": 2, "places": [1, 1, 0], "tints": [10**9, -1, "2", True, 2.0]}, Wanted(2, (1, 0), ())),
        ({"number": "x", "places": 3}, Wanted()),
    ],
)
def test_only_tiles_of_the_map_are_wanted(pyramid, sent, expected):
    assert Wanted.read(sent, pyramid) == expected


def test_a_map_comes_with_its_tiles_and_the_colours_of_its_overview(pyramid, coordinates):
    layers = [Layer("even", np.arange(0, N, 2)), Layer("odd", np.arange(1, N, 2))]
    tints = tints_of(layers, N)
    message = told(
        tiled_map_message(
            layers,
            tints,
            pyramid,
            points="p",
            look="l",
            view="v",
            alt="",
            names={"even": coordinates[0]},
            picked=np.array([5]),
            matches=np.arange(RINGED + 1),
            stars={},
            coordinates=coordinates,
            height=None,
            file="map",
        )
    )
    overview = numbers(message["overview"], "u1")
    assert np.array_equal(overview, pyramid.overview_rows % 2)
    assert [layer["count"] for layer in message["layers"]] == [N // 2, N // 2]
    assert np.array_equal(numbers(message["starts"], "<i4"), pyramid.starts)
    assert len(message["sides"]) == pyramid.levels.max() + 1
    assert message["rings"]["matches"] == []  # too many: the others fade
    assert message["fades"]
    ((place, *at),) = message["rings"]["picked"]
    assert pyramid.rows[place] == 5
    assert np.allclose(at, coordinates[5])


def test_what_is_known_of_a_product():
    sent = told(product_message("p", 4, "Mug <b>", ["Mugs"], ""))
    assert sent == {
        "kind": "product",
        "points": "p",
        "row": 4,
        "name": "Mug <b>",
        "notes": ["Mugs"],
        "image": "",
    }

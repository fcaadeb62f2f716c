"""The *Embeddings* page of a catalogue that counts as large: its maps come as tiles."""

import base64
import json

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.bundle.reader import Bundle
from core.views.maps import pyramid
from core.views.maps.colouring import COLOUR_BY, COLUMN
from tests.pages.conftest import words

PAGE = "2_Embeddings"


@pytest.fixture(autouse=True)
def all_are_large(monkeypatch):
    monkeypatch.setattr(pyramid, "TILED_FROM", 20)


def parts(app: AppTest, kind: str) -> list[dict]:
    told = [json.loads(part.proto.bytes) for part in app.get("bidi_component")]
    return [one for one in told if one["kind"] == kind]


@pytest.mark.parametrize("folder", ["artifacts", "text_only", "private"])
def test_every_colouring_of_a_large_map_draws(open_page, request, folder):
    app = open_page(request.getfixturevalue(folder), PAGE)
    select = next(element for element in app.get("selectbox") if element.label == "Colour by")
    for colour in COLOUR_BY.keys() - {COLUMN}:
        select.set_value(colour).run()
        assert not app.exception
        (told,) = parts(app, "tiled")
        rows = np.frombuffer(base64.b64decode(told["starts"]), "<i4")[-1]
        tints = np.frombuffer(base64.b64decode(told["overview"]), "u1")
        assert len(tints) == rows  # so few are all in the overview
        layers = [told["meanings"][tint][0] for tint in tints]
        assert np.bincount(layers).tolist() == [layer["count"] for layer in told["layers"]]
    assert not parts(app, "points")
    assert not parts(app, "texts")
    overview, tiles = parts(app, "tiles")
    assert (overview["number"], tiles["number"]) == (-1, 0)
    assert sum(size for _, size in overview["places_of"]) == rows
    assert not tiles["places_of"]


def test_tiles_and_the_product_under_the_mouse_are_sent_when_asked_for(open_page, artifacts):
    app = open_page(artifacts, PAGE)
    points = parts(app, "tiled")[0]["points"]
    app.session_state[f"map-tiles-{points}-wanted"] = {"number": 5, "places": [0, 10**6], "tints": [0]}
    app.session_state[f"map-under-mouse-{points}-place"] = 3
    app.run()
    _, tiles = parts(app, "tiles")
    assert tiles["number"] == 5
    assert [tile for tile, _ in tiles["places_of"]] == [0]
    assert tiles["look"] == parts(app, "tiled")[0]["look"]
    (product,) = parts(app, "product")
    names = set(Bundle.open(artifacts / "tiny").table["name"])
    assert product["row"] == 3
    assert product["name"] in names | {name[:40] for name in names}


def test_a_private_catalogue_sends_ids_and_no_image(open_page, private):
    app = open_page(private, PAGE)
    points = parts(app, "tiled")[0]["points"]
    app.session_state[f"map-under-mouse-{points}-place"] = 0
    app.run()
    (product,) = parts(app, "product")
    folder = next(path.parent for path in private.glob("*/manifest.json"))
    assert product["name"] in set(Bundle.open(folder).table["sku"])
    assert product["image"] == ""


def test_many_selected_products_are_listed_page_by_page(open_page, artifacts):
    app = open_page(artifacts, PAGE)
    before = parts(app, "tiled")[0]
    fingerprint = Bundle.open(artifacts / "tiny").fingerprint
    app.session_state[f"map-picked-{fingerprint}"] = list(range(70))
    app.run()
    assert "70 products selected" in words(app)
    assert "50 of 70 listed" in words(app)
    (after,) = parts(app, "tiled")
    assert after["fades"]
    assert after["picked"] == 70
    assert after["look"] != before["look"]
    assert after["points"] == before["points"]


def test_a_filter_brings_its_products_first(open_page, artifacts):
    app = open_page(artifacts, PAGE)
    whole = parts(app, "tiled")[0]["points"]
    category = next(element for element in app.get("multiselect") if element.label == "Categories")
    category.set_value(["Mugs"]).run()
    (told,) = parts(app, "tiled")
    assert told["points"] != whole
    assert told["layers"][0]["name"] == "outside the filter"
    tints = np.frombuffer(base64.b64decode(told["overview"]), "u1")
    assert told["meanings"][tints[0]][0] > 0

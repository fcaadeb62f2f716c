import json

import pytest
from streamlit.testing.v1 import AppTest

from core import map_views
from core import words as words_of
from core.bundle import Bundle
from tests.pages.conftest import words

FOLDERS = ["artifacts", "text_only", "private"]
PAGE = "2_Embeddings"


@pytest.fixture
def bundle(artifacts) -> Bundle:
    return Bundle.open(artifacts / "tiny")


@pytest.fixture
def pick(monkeypatch):
    """Have rows picked, as a loop drawn on the map would."""

    def picked(*rows: int) -> None:
        monkeypatch.setattr("core.maps.selected_rows", lambda event: list(rows))

    return picked


def charts(app: AppTest) -> list[dict]:
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def box(app: AppTest, kind: str, label: str):
    return next(element for element in app.get(kind) if element.label.startswith(label))


@pytest.mark.parametrize("colour", list(map_views.COLOUR_BY))
@pytest.mark.parametrize("folder", FOLDERS)
def test_every_colouring_draws_on_every_kind_of_bundle(open_page, request, folder, colour):
    app = open_page(request.getfixturevalue(folder), PAGE)
    app.toggle(key="map-names").set_value(True)
    app.button_group(key="map-colour").set_value(colour).run()
    assert not app.exception
    assert not app.error
    assert charts(app)[0]["layout"]["annotations"]
    assert "How far to trust this map" in words(app)


def test_every_column_draws(open_page, artifacts, bundle):
    app = open_page(artifacts, PAGE)
    app.button_group(key="map-colour").set_value("column").run()
    for column in map_views.columns(bundle.table):
        app.selectbox(key="map-tiny-column").set_value(column).run()
        assert not app.exception


def test_categories_not_chosen_turn_grey_and_stay(open_page, artifacts, bundle):
    app = open_page(artifacts, PAGE)
    box(app, "multiselect", "In colour").set_value([bundle.classes[0]]).run()
    traces = charts(app)[0]["data"]
    shown = bundle.labels[bundle.present("text")]
    own = int((shown == 0).sum())
    names = [trace["name"] for trace in traces]
    assert names[1] == f"{bundle.classes[0]} ({own})"
    assert names[0] == f"{len(bundle.classes) - 1} others ({len(shown) - own})"


def test_a_product_is_found_by_its_id_marked_and_listed(open_page, artifacts, bundle):
    app = open_page(artifacts, PAGE)
    sku = bundle.table["sku"].iloc[5]
    box(app, "text_input", "Find").set_value(sku).run()
    hits = map_views.find_rows(bundle.table, sku)
    assert f"found ({len(hits)})" in [trace["name"] for trace in charts(app)[0]["data"]]
    assert f"{len(hits):,} found" in words(app)
    assert "Found products" in words(app)
    box(app, "text_input", "Find").set_value("no such product").run()
    assert "Nothing found." in words(app)
    assert "Nothing picked" in words(app)


def test_one_picked_product_shows_its_neighbours_in_each_space(open_page, artifacts, bundle, pick):
    pick(3)
    app = open_page(artifacts, PAGE)
    said = words(app)
    assert "One product and its nearest" in said
    assert said.count("nearest share its category") == len(bundle.modalities)
    assert "Neighbours in common, of 10" in app.info[0].value
    assert not app.exception


def test_a_picture_that_is_missing_leaves_the_text_space(open_page, artifacts, bundle, pick):
    without = bundle.table.index[~bundle.table["has_image"]]
    if not len(without):
        pytest.skip("every product of the tiny catalogue has a picture")
    pick(int(without[0]))
    app = open_page(artifacts, PAGE)
    assert not app.exception
    assert words(app).count("nearest share its category") == 1
    assert "No neighbours by image: this product lacks it." in words(app)


def test_a_private_bundle_says_that_it_keeps_no_features(open_page, private, pick):
    pick(3)
    app = open_page(private, PAGE)
    assert not app.exception
    assert "No neighbours here" in words(app)


def test_several_picked_products_are_saved_and_one_of_them_opened(open_page, artifacts, pick):
    pick(0, 1, 40)
    app = open_page(artifacts, PAGE)
    assert "tiny-picked-Table" in [button.key for button in app.get("download_button")]
    assert "One product and its nearest" not in words(app)
    box(app, "selectbox", "One of them").set_value(40).run()
    assert "One product and its nearest" in words(app)


def test_all_three_maps_share_what_was_picked(open_page, artifacts, bundle, pick):
    pick(0, 1, 40)
    app = open_page(artifacts, PAGE)
    app.toggle(key="map-all").set_value(True).run()
    assert not app.exception
    maps = [chart for chart in charts(app) if chart["data"][0]["type"] == "scattergl"]
    assert len(maps) == len(bundle.modalities) == 3
    assert sum("picked" in trace["name"] for chart in maps for trace in chart["data"]) == 3


def test_one_input_alone_has_nothing_to_lay_side_by_side(open_page, text_only):
    app = open_page(text_only, PAGE)
    assert "All three" not in [toggle.label for toggle in app.toggle]


def test_captions_say_rows_encoder_and_head(open_page, artifacts, bundle):
    app = open_page(artifacts, PAGE)
    app.button_group(key="map-colour").set_value("confidence").run()
    under = next(caption.value for caption in app.caption if " rows · " in caption.value)
    rows = int(bundle.present("text").sum())
    assert under.startswith(f"{rows} rows · of {len(bundle.table)} products, coloured: test part · tiny text")
    assert words_of.head_word(bundle.best["text"]) in under

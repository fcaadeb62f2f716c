import base64
import json

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.bundle.reader import Bundle
from core.common.errors import CoreError
from core.projections.settings import DEFAULTS, MapSettings
from core.serving.predictor import Predictor
from core.views.display_names import MODALITY_NAMES, head_name
from core.views.maps import layers as maps
from core.views.maps.colouring import COLOUR_BY, COLUMN, colour_columns
from core.views.maps.meaning import found_by_meaning
from core.views.maps.numbers import NUMBERS, TRUST
from core.views.maps.recompute import MapRequest, OwnMap, recompute_map
from core.views.models.answers import answers
from core.views.predict.product_input import ProductInput
from core.views.product_search import find_rows
from tests.pages.conftest import ROOT, words

FOLDERS = ["artifacts", "text_only", "private"]
PAGE = "2_Embeddings"


@pytest.fixture
def bundle(artifacts) -> Bundle:
    return Bundle.open(artifacts / "tiny")


def pick(app: AppTest, *rows: int) -> AppTest:
    """Have rows picked, as a lasso drawn on the map would, and draw the page again."""
    fingerprint = parts(app, "texts")[0]["id"].removeprefix("texts ")
    app.session_state[f"map-picked-{fingerprint}"] = list(rows)
    return app.run()


@pytest.fixture
def open_at(open_page, artifacts, monkeypatch):
    """Open the page by an address that says more than its name."""

    def opened(**query: str) -> AppTest:
        open_page(artifacts)  # sets the environment
        app = AppTest.from_file(str(ROOT / "Home.py"), default_timeout=120)
        for name, value in query.items():
            app.query_params[name] = value
        return app.run().switch_page(f"pages/{PAGE}.py").run()

    return opened


def parts(app: AppTest, kind: str) -> list[dict]:
    """What the browser is told: kind is map, points, texts or image."""
    told = [json.loads(part.proto.bytes) for part in app.get("bidi_component")]
    return [one for one in told if one["kind"] == kind]


def rows_of(text: str) -> list[int]:
    return np.frombuffer(base64.b64decode(text), "<i4").tolist()


def box(app: AppTest, kind: str, label: str):
    return next(element for element in app.get(kind) if element.label.startswith(label))


def colour_by(app: AppTest, name: str) -> None:
    box(app, "selectbox", "Colour by").set_value(name).run()


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_colouring_draws_on_every_kind_of_bundle(open_page, request, folder):
    app = open_page(request.getfixturevalue(folder), PAGE)
    for colour in COLOUR_BY.keys() - {COLUMN}:
        colour_by(app, colour)
        assert not app.exception
        assert not app.error
        assert parts(app, "map")[0]["names"]
        assert "trust" in words(app)


@pytest.mark.parametrize("folder", ["artifacts", "private"])
def test_trust_is_a_colour_and_a_column_of_the_list(open_page, request, folder):
    folder = request.getfixturevalue(folder)
    app = open_page(folder, PAGE)
    opened = Bundle.open(next(path for path in folder.iterdir() if not path.name.startswith(".")))
    trust = opened.trust("fused", "pca", 2)
    colour_by(app, TRUST)
    shown = parts(app, "map")[0]["layers"]
    assert sum(layer["count"] for layer in shown) == opened.present("fused").sum()
    assert len(shown) > 2
    assert {layer["colour"] for layer in shown} <= set(maps.BANDS)
    assert NUMBERS[TRUST].note in words(app)
    on_map = np.flatnonzero(opened.present("fused"))[:2].tolist()
    lacking = int(np.flatnonzero(~opened.present("fused"))[0])
    listed = pick(app, *on_map, lacking).dataframe[0].value
    expected = [*trust[on_map], np.nan]
    np.testing.assert_allclose(listed["Trustworthiness"].to_numpy(dtype=float), expected, atol=1e-6)


def test_side_by_side_maps_each_have_their_trust_in_the_list(open_page, artifacts, bundle):
    app = open_page(artifacts, PAGE)
    app.toggle(key="map-all").set_value(True).run()
    colour_by(app, TRUST)
    assert not app.exception
    listed = pick(app, 0, 1).dataframe[0].value
    for modality, name in MODALITY_NAMES.items():
        expected = bundle.trust(modality, "pca", 2)[[0, 1]]
        np.testing.assert_allclose(
            listed[f"Trustworthiness, {name}"].to_numpy(dtype=float), expected, atol=1e-6
        )


def test_every_column_draws(open_page, artifacts, bundle):
    app = open_page(artifacts, PAGE)
    for column in colour_columns(bundle.table):
        colour_by(app, f"column {column}")
        assert not app.exception
        assert parts(app, "map")[0]["layers"]


def test_categories_not_chosen_turn_grey_and_stay(open_page, artifacts, bundle, monkeypatch):
    monkeypatch.setattr("core.ui.maps.controls.COLOURS", 2)
    app = open_page(artifacts, PAGE)
    box(app, "multiselect", "Up to").set_value([bundle.classes[0]]).run()
    shown = bundle.labels[bundle.present("fused")]
    own = int((shown == 0).sum())
    others, first = parts(app, "map")[0]["layers"]
    assert (first["name"], first["count"]) == (bundle.classes[0], own)
    assert (others["name"], others["count"]) == (f"{len(bundle.classes) - 1} others", len(shown) - own)


def test_what_the_sidebar_filters_out_stays_in_grey_and_cannot_be_picked_or_found(
    open_page, artifacts, bundle
):
    app = open_page(artifacts, PAGE)
    category = bundle.classes[1]
    box(app, "multiselect", "Categories").set_value([category]).run()
    table, present = bundle.table, bundle.present("fused")
    inside = (table["category"] == category).to_numpy()
    others, own = parts(app, "map")[0]["layers"]
    assert (others["name"], others["pickable"]) == (maps.FILTERED, False)
    assert others["count"] == int((present & ~inside).sum())
    assert (own["name"], own["pickable"], own["count"]) == (category, True, int((present & inside).sum()))
    assert f"{int((present & inside).sum()):,} match the filter" in words(app)
    box(app, "text_input", "Search").set_value("-").run()  # each id holds it
    assert f"{int(inside.sum()):,} matches" in words(app)
    assert f"{int((~inside).sum()):,} more outside the filter" in words(app)
    assert set(rows_of(parts(app, "map")[0]["matches"])) == set(np.flatnonzero(inside).tolist())


def test_products_picked_before_a_filter_are_not_shown_outside_it(open_page, artifacts, bundle):
    app = pick(open_page(artifacts, PAGE), 0, 1, 40)
    category = bundle.table["category"].iat[40]
    box(app, "multiselect", "Categories").set_value([category]).run()
    assert "2 of 3 are outside the filter" in words(app)
    assert "Nearest products" in words(app)


def test_the_sidebar_says_which_input_is_drawn(open_page, artifacts, bundle):
    app = open_page(artifacts, PAGE)
    for modality in bundle.modalities:
        box(app, "button_group", "Input").set_value(modality).run()
        assert parts(app, "map")[0]["points"] == f"{bundle.fingerprint} {modality} pca 2d"


def test_a_change_of_colour_leaves_coordinates_and_texts_as_they_are(open_page, artifacts):
    app = open_page(artifacts, PAGE)
    before = [part.proto.bytes for part in app.get("bidi_component")]
    ids = [part.proto.id for part in app.get("bidi_component")]
    colour_by(app, "split")
    after = [part.proto.bytes for part in app.get("bidi_component")]
    assert [json.loads(part)["kind"] for part in after] == ["map", "points", "texts", "image"]
    assert after[1:] == before[1:]
    assert after[0] != before[0]
    assert ids == [part.proto.id for part in app.get("bidi_component")]


@pytest.mark.parametrize("dims", [2, 3])
def test_an_address_opens_the_same_view(open_at, bundle, dims):
    sku = bundle.table["sku"].iat[7]
    app = open_at(input="text", method="pca", dims=str(dims), colour="correct", find="mug", product=sku)
    assert not app.exception
    (told,) = parts(app, "map")
    assert told["points"] == f"{bundle.fingerprint} text pca {dims}d"
    assert {"correct", "wrong"} & {layer["name"] for layer in told["layers"]}
    assert rows_of(told["picked"]) == [7]
    assert rows_of(told["matches"]) == find_rows(bundle.table, "mug").tolist()
    assert app.query_params["product"] == sku
    assert app.query_params["colour"] == "correct"
    assert app.query_params["find"] == "mug"


def test_an_address_that_names_nothing_here_opens_the_usual_view(open_at):
    app = open_at(method="magic", dims="9", colour="column nothing", product="nobody")
    assert not app.exception
    assert "No products selected" in words(app)
    assert "product" not in app.query_params


def test_the_product_classified_last_is_a_star(open_page, artifacts, bundle):
    app = open_page(artifacts, PAGE)
    assert not parts(app, "map")[0]["stars"]
    vectors = {m: np.asarray(bundle.features(m)[3]) for m in ("text", "image")}
    app.session_state["last-classified"] = {"vectors": vectors, "name": "mine", "bundle": bundle.fingerprint}
    app.run()
    assert parts(app, "map")[0]["stars"][0][0] == "mine"
    app.session_state["last-classified"] = {"vectors": vectors, "name": "mine", "bundle": "another"}
    app.run()
    assert not parts(app, "map")[0]["stars"]


def test_what_was_picked_lasts_when_another_page_was_opened(open_page, artifacts, bundle):
    app = pick(open_page(artifacts, PAGE), 4)
    app.switch_page("pages/1_Dataset.py").run()
    app.switch_page(f"pages/{PAGE}.py").run()
    assert rows_of(parts(app, "map")[0]["picked"]) == [4]


def test_a_product_is_found_by_its_id_marked_and_listed(open_page, artifacts, bundle):
    app = open_page(artifacts, PAGE)
    sku = bundle.table["sku"].iloc[5]
    box(app, "text_input", "Search").set_value(sku).run()
    hits = find_rows(bundle.table, sku)
    assert rows_of(parts(app, "map")[0]["matches"]) == hits.tolist()
    assert f"{len(hits):,} match" in words(app)
    assert f"{len(hits):,} product{'' if len(hits) == 1 else 's'} found" in words(app)
    box(app, "text_input", "Search").set_value("no such product").run()
    assert "No matches." in words(app)
    assert "No products selected" in words(app)


def test_one_picked_product_shows_its_neighbours_in_each_space(open_page, artifacts, bundle):
    app = pick(open_page(artifacts, PAGE), 3)
    said = words(app)
    assert "Nearest products" in said
    assert said.count("nearest products are in its category") == len(bundle.modalities)
    assert "Shared neighbours, of 10" in app.info[0].value
    assert not app.exception


def test_an_image_that_is_missing_leaves_the_text_space(open_page, artifacts, bundle):
    without = bundle.table.index[~bundle.table["has_image"]]
    if not len(without):
        pytest.skip("every product of the tiny catalogue has a picture")
    app = pick(open_page(artifacts, PAGE), int(without[0]))
    assert not app.exception
    assert words(app).count("nearest products are in its category") == 1
    assert "No neighbours by image: this product has none." in words(app)


def test_a_private_bundle_says_that_it_keeps_no_features(open_page, private):
    app = pick(open_page(private, PAGE), 3)
    assert not app.exception
    assert "No neighbours" in words(app)


def test_several_picked_products_are_saved_and_one_of_them_opened(open_page, artifacts):
    app = pick(open_page(artifacts, PAGE), 0, 1, 40)
    assert "tiny-picked-Table" in [button.key for button in app.get("download_button")]
    assert "Nearest products" not in words(app)
    box(app, "selectbox", "One product and its neighbours").set_value(40).run()
    assert "Nearest products" in words(app)


def test_picked_products_are_listed_with_their_images_and_categories(open_page, artifacts, bundle):
    app = pick(open_page(artifacts, PAGE), 0, 1, 40)
    table = app.dataframe[0].value
    assert list(table["Id"]) == list(bundle.table["sku"].iloc[[0, 1, 40]])
    assert table["Image"].iloc[0].startswith("data:image/jpeg;base64,")
    assert "3 products selected" in words(app)


def test_all_three_maps_share_what_was_picked(open_page, artifacts, bundle):
    app = pick(open_page(artifacts, PAGE), 0, 1, 40)
    app.toggle(key="map-all").set_value(True).run()
    assert not app.exception
    told = parts(app, "map")
    assert len(told) == len(bundle.modalities) == 3
    assert [rows_of(one["picked"]) for one in told] == [[0, 1, 40]] * 3
    assert [one["points"] for one in told] == [one["id"] for one in parts(app, "points")]
    assert {one["texts"] for one in told} == {one["id"] for one in parts(app, "texts")}


def test_one_input_alone_has_nothing_to_lay_side_by_side(open_page, text_only):
    app = open_page(text_only, PAGE)
    assert "All inputs" not in [toggle.label for toggle in app.toggle]


def test_captions_say_rows_encoder_and_head(open_page, artifacts, bundle):
    app = open_page(artifacts, PAGE)
    colour_by(app, "confidence")
    under = next(caption.value for caption in app.caption if "test products coloured" in caption.value)
    rows = int(bundle.present("fused").sum())
    assert under.startswith(f"{rows} of {len(bundle.table)} products, test products coloured · ")
    assert head_name(bundle.best["fused"]) in under


@pytest.fixture
def drawn_here(monkeypatch):
    """Have maps drawn in this process, and done when the page looks again; return what was wished for."""
    wished = []

    class Done:
        active, cancelled = False, False

        def __init__(self, own: OwnMap | None, problem: str = "") -> None:
            self.own, self.problem = own, problem

        def result(self) -> OwnMap | None:
            if self.problem:
                raise CoreError(self.problem)
            return self.own

    def start(bundle: Bundle, wish: MapRequest, rows: np.ndarray) -> Done:
        wished.append((wish, rows))
        return Done(recompute_map(bundle, wish, rows)) if wish.seed < 9 else Done(None, "no memory")

    monkeypatch.setattr("core.views.maps.jobs.start", start)
    return wished


def test_a_recomputed_map_replaces_the_stored_one(open_page, artifacts, bundle, drawn_here):
    app = open_page(artifacts, PAGE)
    stored = parts(app, "map")[0]["points"]
    app.button_group(key="recompute-method").set_value("pca").run()
    app.button_group(key="recompute-metric").set_value("euclidean")
    products = next(slider for slider in app.slider if slider.label == "Products")
    products.set_value(60).run()
    box(app, "button", "Recompute map").click().run()
    assert not app.exception
    ((wish, rows),) = drawn_here
    assert wish == MapRequest("fused", "pca", settings=MapSettings(metric="euclidean"))
    assert "My map: PCA, euclidean, seed 0, 60 products" in words(app)
    assert "Map quality" in words(app)
    told = parts(app, "map")[0]
    assert told["points"] != stored
    layer_of = np.frombuffer(base64.b64decode(told["layer_of"]), "u1")
    np.testing.assert_array_equal(np.flatnonzero(layer_of < 255), rows)
    colour_by(app, TRUST)
    assert sum(layer["count"] for layer in parts(app, "map")[0]["layers"]) == 60
    box(app, "toggle", "My map").set_value(False).run()
    assert parts(app, "map")[0]["points"] == stored
    box(app, "button_group", "Input").set_value("text").run()
    assert "My map" not in [toggle.label for toggle in app.toggle]


def test_a_recomputed_map_shows_what_the_filter_lets_through(open_page, artifacts, bundle, drawn_here):
    app = open_page(artifacts, PAGE)
    box(app, "selectbox", "Split").set_value("train").run()
    app.button_group(key="recompute-method").set_value("pca").run()
    box(app, "button", "Recompute map").click().run()
    ((_, rows),) = drawn_here
    assert set(bundle.table["part"].iloc[rows]) == {"train"}
    assert len(rows) == int((bundle.present("fused") & (bundle.table["part"] == "train")).sum())


def test_a_map_that_cannot_be_drawn_says_why_and_leaves_the_old_one(open_page, artifacts, drawn_here):
    app = open_page(artifacts, PAGE)
    stored = parts(app, "map")[0]["points"]
    app.number_input(key="recompute-seed").set_value(9).run()
    box(app, "button", "Recompute map").click().run()
    assert "no memory. The map is unchanged." in [warning.value for warning in app.warning]
    assert parts(app, "map")[0]["points"] == stored


def test_a_bundle_without_features_says_why_its_maps_cannot_be_recomputed(open_page, private):
    app = open_page(private, PAGE)
    assert "This map cannot be recomputed" in words(app)
    assert not [button for button in app.button if button.label.startswith("Recompute")]


def test_too_few_products_match_to_draw_a_map(open_page, artifacts, bundle):
    app = open_page(artifacts, PAGE)
    box(app, "multiselect", "Categories").set_value([bundle.classes[0]]).run()
    assert "a map needs at least 50" in words(app)


def test_what_can_be_set_depends_on_the_method_and_begins_as_a_build_draws(open_page, artifacts):
    app = open_page(artifacts, PAGE)
    for method, asked in (
        ("pca", set()),
        ("tsne", {("Perplexity", 30)}),
        ("umap", {("Neighbours", DEFAULTS.n_neighbours), ("Minimum distance", DEFAULTS.min_dist)}),
    ):
        app.button_group(key="recompute-method").set_value(method).run()
        assert not app.exception
        assert {(one.label, one.value) for one in app.slider if one.label != "Products"} == asked


def test_while_others_have_maps_drawn_the_page_says_so_and_goes_on(open_page, artifacts, monkeypatch):
    monkeypatch.setattr("core.views.maps.jobs._running", {object(), object()})
    app = open_page(artifacts, PAGE)
    box(app, "button", "Recompute map").click().run()
    assert "2 other maps are being computed" in app.error[0].value
    assert parts(app, "map")


def test_words_light_up_the_products_of_that_meaning_in_order(open_page, artifacts, bundle):
    app = open_page(artifacts, PAGE)
    box(app, "selectbox", "Search by").set_value("meaning").run()
    row = int(np.flatnonzero(bundle.present("text"))[3])
    name = str(bundle.table["name"].iat[row])
    box(app, "text_input", "Search").set_value(name).run()
    assert not app.exception
    product = ProductInput(name, "")
    expected = found_by_meaning(Predictor.load(bundle), product)
    assert rows_of(parts(app, "map")[0]["matches"]) == expected.tolist()
    assert f"The {len(expected)} most similar products, marked ◇ on the map" in words(app)
    assert f"{len(expected)} products found" in words(app)
    assert list(app.dataframe[0].value["Id"]) == bundle.table["sku"].iloc[expected].tolist()


def test_an_image_that_cannot_be_opened_leaves_the_map(open_page, artifacts):
    app = open_page(artifacts, PAGE)
    box(app, "selectbox", "Search by").set_value("image").run()
    app.file_uploader(key="map-image").upload("a.png", b"no image", "image/png").run()
    assert not app.exception
    assert app.error
    assert parts(app, "map")


def test_an_image_that_was_dropped_is_said(open_page, artifacts, monkeypatch):
    said = []
    monkeypatch.setattr("core.ui.maps.search.say_if_dropped", said.append)
    app = open_page(artifacts, PAGE)
    box(app, "selectbox", "Search by").set_value("image").run()
    assert said == [None]


def test_a_bundle_without_features_is_searched_by_id_only(open_page, private):
    app = open_page(private, PAGE)
    assert "Search by" not in [one.label for one in app.selectbox]


def test_what_is_selected_is_counted_mixed_and_sent_to_review(open_page, artifacts, bundle):
    app = pick(open_page(artifacts, PAGE), 0, 1, 40)
    assert "3 products selected" in words(app)
    mix = next(one.proto.body for one in app.get("html") if "<ul" in one.proto.body)
    for category in bundle.table["category"].iloc[[0, 1, 40]]:
        assert category in mix
    assert "Download ids" in [button.label for button in app.get("download_button")]
    app.button(key="map-review").click().run()
    sent = app.session_state[f"review-sent-{bundle.name}"]
    assert (sent.title, sent.rows) == ("Selected on the map", (0, 1, 40))


def test_the_selection_is_cleared_and_its_panel_with_it(open_page, artifacts):
    app = pick(open_page(artifacts, PAGE), 0, 1)
    app.button(key="map-clear").click().run()
    assert "No products selected" in words(app)
    assert not rows_of(parts(app, "map")[0]["picked"])


def test_doubt_and_review_colour_the_test_products(open_page, artifacts, bundle):
    app = open_page(artifacts, PAGE)
    tested = len(answers(bundle, "fused").rows)
    colour_by(app, "doubt")
    assert parts(app, "map")[0]["layers"][-1]["name"] == "Doubt (1 - confidence)"
    colour_by(app, "review")
    layers = {layer["name"]: layer["count"] for layer in parts(app, "map")[0]["layers"]}
    assert 0 < sum(count for name, count in layers.items() if "review" in name) <= tested


def test_the_recomputed_map_stands_beside_the_stored_one(open_page, artifacts, drawn_here):
    app = open_page(artifacts, PAGE)
    stored = parts(app, "map")[0]["points"]
    app.button_group(key="recompute-method").set_value("pca").run()
    box(app, "button", "Recompute map").click().run()
    assert len(parts(app, "map")) == 1
    app.toggle(key="map-own-beside").set_value(True).run()
    before, after = parts(app, "map")
    assert before["points"] == stored != after["points"]
    assert "Stored map" in words(app)


def test_to_compare_the_inputs_keeps_the_method(open_at, bundle):
    app = open_at(method="pca", together="True")
    assert [one["points"] for one in parts(app, "map")] == [
        f"{bundle.fingerprint} {modality} pca 2d" for modality in bundle.modalities
    ]
    app.toggle(key="map-all").set_value(False).run()
    assert " pca 2d" in parts(app, "map")[0]["points"]


def test_maps_of_three_dimensions_have_names_too(open_at):
    (told,) = parts(open_at(method="pca", dims="3"), "map")
    assert told["names"]
    assert {len(name) for name in told["names"]} == {4}

import json
import shutil

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.bundle.reader import Bundle
from core.views.dataset import duplicate_pairs
from core.views.selection import Selection
from tests.bundle.sealing import reseal
from tests.pages.conftest import boxes, tiles, words

FOLDERS = ["artifacts", "text_only", "private"]
PARTS = ["Categories", "Products", "Texts", "Images", "Prices", "Missing", "Duplicates", "Faults"]


def part(app: AppTest, name: str) -> AppTest:
    app.session_state[f"dataset-{'-'.join(names(app))}"] = name
    return app.run()


def names(app: AppTest) -> list[str]:
    return [tab.label for tab in app.tabs]


def saved(app: AppTest) -> set[str]:
    return {button.key.partition("-")[2] for button in app.get("download_button")}


def box(app: AppTest, label: str) -> object:
    """A select box of the page's body."""
    return next(box for box in app.main.selectbox if box.label == label)


def notes(app: AppTest) -> str:
    """What is said of all products in the gallery."""
    return "\n".join(tile["whole"] for tile in tiles(app))


@pytest.fixture
def bundle(artifacts) -> Bundle:
    return Bundle.open(artifacts / "tiny")


@pytest.fixture
def page(open_page, artifacts) -> AppTest:
    return open_page(artifacts, "1_Dataset")


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_tab_opens_on_every_kind_of_bundle(open_page, request, folder):
    app = open_page(request.getfixturevalue(folder), "1_Dataset")
    assert names(app) == [name for name in PARTS if name != "Prices" or folder != "private"]
    for name in names(app):
        app = part(app, name)
        assert not app.exception
        assert not app.error
        assert [tab.label for tab in app.tabs if tab.children] == [name], "the others cost nothing"


def test_every_tab_shows_what_the_filter_lets_through(page, bundle):
    page.multiselect[0].set_value(["Lamps"])
    page.selectbox(key="view-part").set_value("test").run()
    inside = bundle.table[(bundle.table["category"] == "Lamps") & (bundle.table["part"] == "test")]
    selection = Selection("fused", ("Lamps",), "test").products
    for name in PARTS:
        page = part(page, name)
        assert not page.exception
        assert f"**{selection}**: {len(inside):,} of {len(bundle.table):,} products" in page.info[0].value
        assert page.metric[0].value == f"{len(inside):,}"
        assert page.metric[1].value == "1"
        under = [caption.value for caption in page.caption if caption.value.count(" · ") > 1]
        whole = Selection("fused", (), "test").products  # words are compared with those of other categories
        assert all(selection in caption or whole in caption for caption in under)
        assert "whole catalogue" not in words(page)


def test_a_filter_that_leaves_nothing_says_so(page, bundle, monkeypatch):
    monkeypatch.setattr(
        "core.views.selection.Selection.mask", lambda view, table: np.zeros(len(table), dtype=bool)
    )
    page.selectbox(key="view-part").set_value("test").run()
    assert not page.exception
    assert "No matching products" in words(page)
    assert not page.tabs


def test_figures_and_tables_can_be_saved(page):
    assert {"categories-Figure", "categories-Table", "long-tail-Figure"} <= saved(page)
    assert {"products-Table"} <= saved(part(page, "Products"))
    texts = {"text-lengths-Figure", "text-lengths-by-category-Table", "words-Figure", "words-all-Table"}
    assert texts <= saved(part(page, "Texts"))
    assert {"image-sizes-Table", "image-sizes-Figure"} <= saved(part(page, "Images"))
    assert {"prices-Figure", "prices-by-category-Table"} <= saved(part(page, "Prices"))
    assert {"gaps-Figure", "gaps-Table", "missing-Table"} <= saved(part(page, "Missing"))


def test_the_address_opens_a_tab(page):
    page = part(page, "Missing")
    assert page.query_params["tab"] == "Missing"
    page = part(page, "Categories")
    assert "tab" not in page.query_params


@pytest.mark.parametrize(
    ("name", "word", "start"), [("Products", "gallery", ""), ("Texts", "words", "Chairs")]
)
def test_the_chosen_category_is_in_the_address_and_kept(page, name, word, start):
    page = part(page, name)
    assert word not in page.query_params
    assert box(page, "Category").value == start
    box(page, "Category").set_value("Mugs").run()
    assert page.query_params[word] == "Mugs"
    page.switch_page("pages/3_Models.py").run()
    page.switch_page("pages/1_Dataset.py").run()
    assert not page.exception
    assert box(page, "Category").value == "Mugs"


def test_what_is_searched_and_the_kind_of_pair_are_in_the_address(page):
    page = part(page, "Products")
    next(field for field in page.main.text_input if field.label == "Search").set_value("glow").run()
    assert page.query_params["find"] == "glow"
    page = part(page, "Duplicates")
    kind = next(group for group in page.get("button_group") if group.label == "Kind")
    kind.set_value("across").run()
    assert page.query_params["pairs"] == "across"


def test_the_long_tail_of_categories_is_summarised(page, bundle):
    counts = bundle.table["category"].value_counts()
    assert f"All {len(counts)} categories have {counts.iloc[0]} products" in words(page)
    assert "Category tree" not in words(page)  # this catalogue has no levels


def test_the_tree_is_drawn_where_there_are_levels(open_page, artifacts, tmp_path):
    app = open_page(with_table(artifacts, tmp_path, level_1="Home", level_2="Rooms"), "1_Dataset")
    assert "Category tree" in words(app)
    assert "tree-Figure" in saved(app)
    assert not app.exception


def test_the_gallery_turns_its_pages(page):
    page = part(page, "Products")
    first = [tile["row"] for tile in tiles(page)]
    page.pagination[0].set_value(2).run()
    assert (first, [tile["row"] for tile in tiles(page)]) == ([*range(24)], [*range(24, 48)])
    assert not page.exception


def test_the_gallery_finds_filters_and_sorts(page, bundle):
    table, page = bundle.table, part(page, "Products")
    sku = table["sku"].iat[4]
    next(field for field in page.main.text_input if field.label == "Search").set_value(sku).run()
    assert [tile["row"] for tile in tiles(page)] == [4]
    assert sku in notes(page)
    assert "1 product · " in words(page)
    next(field for field in page.main.text_input if field.label == "Search").set_value("").run()
    box(page, "Missing field").set_value("has_image").run()
    without = int((~table["has_image"]).sum())
    assert [tile["image"] for tile in tiles(page)] == [None] * min(24, without)
    box(page, "Missing field").set_value("")
    box(page, "Sort by").set_value("expensive").run()
    prices = table["price"].iloc[[tile["row"] for tile in tiles(page)]]
    assert prices.tolist() == sorted(table["price"], reverse=True)[:24]
    box(page, "Category").set_value("Mugs").run()
    assert f"{(table['category'] == 'Mugs').sum()} products in Mugs · " in words(page)
    assert not page.exception


def test_filters_that_nothing_matches_say_so(page):
    page = part(page, "Products")
    next(field for field in page.main.text_input if field.label == "Search").set_value("zebra").run()
    assert "No matching products" in words(page)


def test_words_mark_their_category(page):
    page = part(page, "Texts")
    assert page.dataframe[0].value.set_index("Category")["Marking words"]["Lamps"].startswith("glow")
    box(page, "Category").set_value("Chairs").run()
    assert not page.exception
    assert "different texts of products" in words(page)


def test_a_private_bundle_shows_no_words_and_no_products(open_page, private):
    app = open_page(private, "1_Dataset")
    for name, title in (("Products", "No images to show"), ("Texts", "No texts to show")):
        app = part(app, name)
        assert title in words(app)
        assert "saved without names" in words(app)


def test_a_catalogue_without_images_says_so(open_page, text_only):
    assert "No images" in words(part(open_page(text_only, "1_Dataset"), "Images"))


def test_shapes_are_drawn_where_they_differ(open_page, page, artifacts, bundle, tmp_path):
    assert "image-shapes-Figure" not in saved(part(page, "Images"))
    heights = bundle.table["image_height"].where(bundle.table.index > 30, 200)
    app = part(open_page(with_table(artifacts, tmp_path, image_height=heights), "1_Dataset"), "Images")
    assert "image-shapes-Figure" in saved(app)
    assert not app.exception


def test_gaps_account_for_every_row(page, bundle):
    account = bundle.account
    page = part(page, "Missing")
    assert f"Read {account.rows_read:,} rows, kept {account.rows_kept:,}." in words(page)
    missing = page.dataframe[0].value.set_index("Field")["Missing"]
    assert missing["Image"] == (~bundle.table["has_image"]).sum()


def test_pairs_are_shown_side_by_side(page, bundle):
    whole = np.ones(len(bundle.table), dtype=bool)
    pairs = duplicate_pairs.duplicate_pairs(bundle.faults, whole)
    page = part(page, "Duplicates")
    assert duplicate_pairs.duplicates_summary(pairs, bundle.groups, whole) in words(page)
    for kind in duplicate_pairs.KINDS:
        listed = duplicate_pairs.of_kind(pairs, kind)
        if len(listed):
            next(group for group in page.get("button_group") if group.label == "Kind").set_value(kind).run()
            assert not page.exception
            assert f"{len(listed):,} pairs of products" in words(page)
            assert [tile["row"] for tile in tiles(page)][:2] == [*listed[["row", "other"]].iloc[0]]
            badges = [box["badge"] for box in boxes(page)]
            assert [bool(badge) for badge in badges] == listed["across"][:12].tolist()


def with_table(artifacts, tmp_path, **columns: object):
    """The tiny bundle with further columns in its table."""
    folder = tmp_path / "tiny"
    shutil.copytree(artifacts / "tiny", folder)
    file = folder / "catalogue.parquet"
    pd.read_parquet(file).assign(**columns).to_parquet(file)
    reseal(folder)
    return tmp_path


@pytest.mark.parametrize("name", ["Products", "Texts"])
def test_a_choice_that_the_filter_takes_away_is_given_up(page, name):
    page = part(page, name)
    box(page, "Category").set_value("Mugs").run()
    page.multiselect[0].set_value(["Lamps"]).run()
    assert not page.exception
    assert box(page, "Category").value == ("" if name == "Products" else "Lamps")
    page.multiselect[0].set_value(["Mugs"]).run()
    assert not page.exception


def test_what_was_grouped_and_which_images_are_placeholders_is_said(open_page, artifacts, tmp_path):
    folder = with_table(artifacts, tmp_path)
    file = folder / "tiny" / "manifest.json"
    manifest = json.loads(file.read_text())
    sku = Bundle.open(folder / "tiny").table["sku"][0]
    manifest["grouping"] = [
        {"reason": "description", "products": 8, "groups": 2, "example": [sku], "unused": 7}
    ]
    manifest["account"]["placeholders"] = [{"file": "*none*.jpg", "products": 31}]
    file.write_text(json.dumps(manifest))
    app = part(open_page(folder, "1_Dataset"), "Duplicates")
    assert "Products kept together" in words(app)
    listed = app.dataframe[-1].value.to_dict("records")[0]
    assert (listed["Shared"], listed["Products"], listed["Too common"]) == ("Long description", 8, 7)
    app = part(app, "Missing")
    assert "placeholders and count as no image" in words(app)
    assert any("*none*.jpg" in frame.value.to_string() for frame in app.dataframe)

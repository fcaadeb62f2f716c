from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from core.views.dataset import gallery
from core.views.dataset.gallery import GalleryFilter, matching_rows
from core.views.fields import missing_masks

ALL = np.ones(5, dtype=bool)


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "sku": ["a1", "a2", "b1", "b2", "b3"],
            "name": ["Red mug", "Blue mug", "Desk lamp", "", "Red lamp"],
            "description": ["", "", "bright", "", ""],
            "category": ["Mugs", "Mugs", "Lamps", "Lamps", "Lamps"],
            "price": [9.0, np.nan, 30.5, 5.0, 1200.0],
            "has_text": [True, True, True, False, True],
            "has_image": [True, False, True, True, True],
            "text_length": [7, 8, 17, 0, 8],
            "part": ["train", "test", "train", "test", "test"],
        }
    )


@pytest.mark.parametrize(
    ("chosen", "rows"),
    [
        (GalleryFilter(), [0, 1, 2, 3, 4]),
        (GalleryFilter(category="Lamps"), [2, 3, 4]),
        (GalleryFilter(query="LAMP red"), [4]),
        (GalleryFilter(query="b2"), [3]),
        (GalleryFilter(query="  "), [0, 1, 2, 3, 4]),
        (GalleryFilter(query="zebra"), []),
        (GalleryFilter(lacking="has_image"), [1]),
        (GalleryFilter(lacking="price", category="Lamps"), []),
        (GalleryFilter(order="cheap"), [3, 0, 2, 4, 1]),
        (GalleryFilter(order="expensive"), [4, 2, 0, 3, 1]),
        (GalleryFilter(order="short"), [3, 0, 1, 4, 2]),
        (GalleryFilter(order="long", category="Lamps"), [2, 4, 3]),
    ],
)
def test_matching_rows_in_the_order_chosen(table, chosen, rows):
    assert matching_rows(table, missing_masks(table), ALL, chosen).tolist() == rows


def test_nothing_outside_the_selection(table):
    selected = (table["part"] == "test").to_numpy()
    assert matching_rows(
        table, missing_masks(table), selected, GalleryFilter(order="expensive")
    ).tolist() == [4, 3, 1]
    assert selected.sum() == 3  # left as it was
    assert matching_rows(table, missing_masks(table), ~ALL, GalleryFilter()).tolist() == []


def test_gaps_and_orders_are_those_the_catalogue_has(table):
    assert gallery.gap_choices(table, missing_masks(table), ALL) == {
        "has_text": "Text (1)",
        "name": "Name (1)",
        "description": "Description (4)",
        "has_image": "Image (1)",
        "price": "Price (1)",
    }
    assert gallery.gap_choices(table, missing_masks(table), np.arange(5) == 0) == {
        "description": "Description (1)"
    }
    assert set(gallery.order_choices(table)) == set(gallery.ORDERS)
    assert set(gallery.order_choices(table.drop(columns="price"))) == {"", "short", "long"}
    assert set(gallery.order_choices(table.assign(price=np.nan))) == {"", "short", "long"}


def test_cards_say_what_is_known(table):
    bundle = SimpleNamespace(table=table, thumbnail=lambda sku: None)
    first, second, nameless = gallery.gallery_cards(bundle, [0, 1, 3], with_category=True)
    assert (first.title, first.note) == ("Red mug", "Mugs\na1\nPrice 9.00")
    assert second.note == "Mugs\na2"
    assert (nameless.title, nameless.note) == ("b2", "Lamps\nPrice 5.00")
    assert gallery.gallery_cards(bundle, [0], with_category=False)[0].note == "a1\nPrice 9.00"


def test_the_file_holds_what_the_catalogue_says(table):
    listed = gallery.gallery_table(table.assign(level_1="Home"), [4, 0])
    assert listed["Id"].tolist() == ["b3", "a1"]
    assert list(listed.columns) == [
        *("Id", "Name", "Category", "Split", "Description", "Image", "Price"),
        *("Category level 1", "Text"),
    ]

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from core.bundle.reader import Bundle, Projection
from core.views.maps import layers as maps
from core.views.maps import map_views
from core.views.models.comparison import Answers, answers


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "sku": ["A-1", "B-2", "B-3", "C-4", "C-5", "C-6"],
            "name": ["Red Mug", "blue mug [new]", "Lamp", "", "red lamp", "mug"],
            "description": list("uvwxyz"),
            "category": ["mug", "mug", "lamp", "mug", "lamp", "mug"],
            "part": ["train", "test", "validation", "test", "train", "train"],
            "brand": ["Acme", "", "Acme", "Bolt", None, "Bolt "],
            "price": [1.0, 2.0, np.nan, 4.0, 5.0, 6.0],
            "has_image": [True, True, False, True, True, True],
            "url": list("abcdef"),
            "level_2": ["x", "x", "y", "y", "y", "y"],
            "size": ["one"] * 6,
        }
    )


@pytest.fixture
def bundle(table) -> SimpleNamespace:
    return SimpleNamespace(table=table, classes=("lamp", "mug"), private=False)


@pytest.fixture
def found() -> Answers:
    proba = np.array([[0.9, 0.1], [0.25, 0.75]])
    return Answers(np.array([1, 3]), np.array([1, 1]), np.array([0, 1]), proba)


def named(layers: list[maps.Layer]) -> dict[str, list[int]]:
    return {layer.name: layer.rows.tolist() for layer in layers}


def test_columns_that_can_colour_a_map(table):
    assert map_views.columns(table) == {
        "brand": "Brand",
        "price": "Price",
        "has_image": "Picture",
        "level_2": "Level 2 of the tree",
    }


def test_a_column_of_nothing_but_different_values_is_not_offered(table):
    table["serial"] = list("klmnop")
    assert "serial" not in map_views.columns(table)


def test_choices_are_the_most_frequent_first_and_none_for_numbers(table):
    assert map_views.choices(table, "category") == ["mug", "lamp"]
    assert map_views.choices(table, "column", "brand") == ["Acme", "Bolt"]
    assert map_views.choices(table, "column", "price") == []
    assert map_views.choices(table, "verdict") == []


def test_every_colouring(bundle, found):
    rows = np.arange(6)

    def drawn(by, *coloured, **more):
        return named(map_views.layers(bundle, rows, by, coloured, **more))

    assert drawn("category", "lamp") == {"1 other": [0, 1, 3, 5], "lamp": [2, 4]}
    assert drawn("part") == {"train": [0, 4, 5], "validation": [2], "test": [1, 3]}
    outside = {maps.OUTSIDE: [0, 2, 4, 5]}
    assert drawn("predicted", "mug", "lamp", found=found) == outside | {"mug": [3], "lamp": [1]}
    assert drawn("verdict", found=found) == outside | {"right": [3], "wrong": [1]}
    assert drawn("confidence", found=found) == outside | {"Confidence": [1, 3]}
    brands = drawn("column", "Acme", column="brand")
    assert brands == {"not known": [1, 4], "1 other": [3, 5], "Acme": [0, 2]}
    prices = drawn("column", column="price")
    assert prices.pop("not known") == [2]
    assert [row for rows in prices.values() for row in rows] == [0, 1, 3, 4, 5]
    assert drawn("column", "yes", "no", column="has_image") == {"yes": [0, 1, 3, 4, 5], "no": [2]}


def test_confidence_is_that_of_the_predicted_category(bundle, found):
    layer = map_views.layers(bundle, np.array([1, 3]), "confidence", found=found)[0]
    np.testing.assert_allclose(layer.values, [0.9, 0.75])


def test_answers_must_be_given_where_they_are_drawn(bundle):
    with pytest.raises(ValueError, match="answers to colour by verdict"):
        map_views.layers(bundle, np.arange(6), "verdict")


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("mug", [0, 1, 5]),
        ("MUG red", [0]),
        ("c-4", [3]),
        ("-", [0, 1, 2, 3, 4, 5]),
        ("[new]", [1]),
        ("  ", []),
        ("", []),
        ("sofa", []),
    ],
)
def test_products_are_found_by_words_of_the_name_or_by_id(table, query, rows):
    assert map_views.find_rows(table, query).tolist() == rows


def test_the_list_of_picked_products_keeps_their_order_and_empty_answers(bundle, found):
    listed = map_views.product_list(bundle, [3, 0], found)
    assert listed["Id"].tolist() == ["C-4", "A-1"]
    assert listed["Predicted"].tolist() == ["mug", ""]
    assert listed["Confidence"].iloc[0] == 0.75
    assert np.isnan(listed["Confidence"].iloc[1])


def test_a_private_bundle_lists_no_names(bundle):
    bundle.private = True
    assert list(map_views.product_list(bundle, [0])) == ["Id", "Category", "Part"]


def test_names_are_those_of_the_colours_or_of_the_largest_categories(bundle, found):
    place = np.arange(12, dtype=np.float32).reshape(6, 2)
    brands = map_views.layers(bundle, np.arange(6), "column", ["Acme"], column="brand")
    assert list(map_views.name_places(bundle, place, brands)) == ["Acme"]
    for by in ("verdict", "confidence", "part"):
        drawn = map_views.layers(bundle, np.arange(6), by, found=found)
        assert list(map_views.name_places(bundle, place, drawn)) == ["mug", "lamp"]


@pytest.mark.parametrize(
    ("trust", "word"), [(0.99, "few exceptions"), (0.95, "Most"), (0.85, "strangers"), (0.6, "little")]
)
def test_trust_in_words(trust, word):
    said = map_views.trust_words(Projection("text", "pca", 2, trust, 0.875))
    assert word in said
    assert f"{trust:.2f}" in said
    assert "88%" in said
    assert "How far apart" not in said
    assert "How far apart" in map_views.trust_words(Projection("text", "umap", 2, trust, 0.875))


def test_no_words_where_trust_was_not_measured():
    assert map_views.trust_words(Projection("text", "umap", 2)) == ""


def test_a_real_bundle_colours_each_test_row_once(tiny_bundle: Path):
    bundle = Bundle.open(tiny_bundle)
    found = answers(bundle, "text")
    rows = np.arange(len(bundle.table))
    for by in map_views.ANSWERED:
        layers = map_views.layers(bundle, rows, by, bundle.classes[:10], found=found)
        assert sorted(np.concatenate([layer.rows for layer in layers])) == rows.tolist()
        test = [layer for layer in layers if layer.colour != maps.REST]
        assert sum(len(layer.rows) for layer in test) == len(found.rows)


@pytest.mark.parametrize("by", ["category", "verdict", "confidence", "part", "column"])
def test_what_is_filtered_out_is_one_grey_layer_that_cannot_be_picked(bundle, found, by):
    inside = np.array([True, True, False, True, False, True])
    layers = map_views.layers(
        bundle,
        np.arange(6),
        by,
        ["mug"],
        column="price" if by == "column" else None,
        found=found,
        inside=inside,
    )
    assert (layers[0].name, layers[0].rows.tolist(), layers[0].pickable) == (maps.FILTERED, [2, 4], False)
    assert all(layer.pickable and inside[layer.rows].all() for layer in layers[1:])
    assert sorted(np.concatenate([layer.rows for layer in layers])) == list(range(6))


def test_a_filter_that_lets_all_through_makes_no_layer(bundle):
    layers = map_views.layers(bundle, np.array([0, 2]), "part", inside=np.array([True, False] * 3) | True)
    assert maps.FILTERED not in named(layers)


def test_places_are_listed_with_their_axes(bundle):
    place = np.arange(18, dtype=np.float32).reshape(6, 3)
    listed = map_views.place_list(bundle, place, np.array([4, 0]))
    assert list(listed) == ["sku", "category", "part", "x", "y", "z"]
    assert listed.iloc[0].tolist() == ["C-5", "lamp", "train", 12.0, 13.0, 14.0]
    assert list(map_views.place_list(bundle, place[:, :2], np.array([1]))) == [
        "sku",
        "category",
        "part",
        "x",
        "y",
    ]

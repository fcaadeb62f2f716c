from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from core.bundle.reader import Bundle
from core.views.maps import layers as maps
from core.views.maps.colouring import (
    ANSWERED,
    colour_choices,
    colour_columns,
    coloured_layers,
    label_positions,
)
from core.views.maps.numbers import NUMBERS, TRUST
from core.views.models.answers import Answers, answers


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
def given() -> Answers:
    proba = np.array([[0.9, 0.1], [0.25, 0.75]])
    return Answers(np.array([1, 3]), np.array([1, 1]), np.array([0, 1]), proba)


def named(layers: list[maps.Layer]) -> dict[str, list[int]]:
    return {layer.name: layer.rows.tolist() for layer in layers}


def test_columns_that_can_colour_a_map(table):
    assert colour_columns(table) == {
        "brand": "Brand",
        "price": "Price",
        "has_image": "Image",
        "level_2": "Category level 2",
    }


def test_a_column_of_nothing_but_different_values_is_not_offered(table):
    table["serial"] = list("klmnop")
    assert "serial" not in colour_columns(table)


def test_choices_are_the_most_frequent_first_and_none_for_numbers(table):
    assert colour_choices(table, "category") == ["mug", "lamp"]
    assert colour_choices(table, "column", "brand") == ["Acme", "Bolt"]
    assert colour_choices(table, "column", "price") == []
    assert colour_choices(table, "correct") == []


def test_every_colouring(bundle, given):
    rows = np.arange(6)

    def drawn(by, *coloured, **more):
        return named(coloured_layers(bundle, rows, by, coloured, **more))

    assert drawn("category", "lamp") == {"1 other": [0, 1, 3, 5], "lamp": [2, 4]}
    assert drawn("split") == {"train": [0, 4, 5], "validation": [2], "test": [1, 3]}
    outside = {maps.NOT_TESTED: [0, 2, 4, 5]}
    assert drawn("predicted", "mug", "lamp", answers=given) == outside | {"mug": [3], "lamp": [1]}
    assert drawn("correct", answers=given) == outside | {"correct": [3], "wrong": [1]}
    assert drawn("confidence", answers=given) == outside | {"Confidence": [1, 3]}
    assert drawn("doubt", answers=given) == outside | {"Doubt (1 - confidence)": [1, 3]}
    reviewed = np.array([True, False])
    expected = outside | {"needs no review": [3], "needs review": [1]}
    assert drawn("review", answers=given, reviewed=reviewed) == expected
    brands = drawn("column", "Acme", column="brand")
    assert brands == {"unknown": [1, 4], "1 other": [3, 5], "Acme": [0, 2]}
    prices = drawn("column", column="price")
    assert prices.pop("unknown") == [2]
    assert [row for rows in prices.values() for row in rows] == [0, 1, 3, 4, 5]
    assert drawn("column", "yes", "no", column="has_image") == {"yes": [0, 1, 3, 4, 5], "no": [2]}


@pytest.mark.parametrize("by", list(NUMBERS))
def test_a_number_of_each_product_is_drawn_in_bands(bundle, by):
    number = np.array([0.1, 0.99, np.nan, 0.5, 0.7, 1.0])
    layers = coloured_layers(bundle, np.array([0, 1, 2, 3]), by, number=number)
    assert layers[0].rows.tolist() == [2]
    drawn = [layer for layer in layers if layer.name != "unknown"]
    assert [row for layer in drawn for row in layer.rows] == [0, 3, 1]
    assert drawn[0].colour == maps.BANDS[0]
    with pytest.raises(ValueError, match=f"a number of each product to colour by {by}"):
        coloured_layers(bundle, np.arange(6), by)


def test_confidence_is_that_of_the_predicted_category(bundle, given):
    layer = coloured_layers(bundle, np.array([1, 3]), "confidence", answers=given)[0]
    np.testing.assert_allclose(layer.values, [0.9, 0.75])


def test_answers_must_be_given_where_they_are_drawn(bundle):
    with pytest.raises(ValueError, match="answers to colour by correct"):
        coloured_layers(bundle, np.arange(6), "correct")


def test_names_are_those_of_the_colours_or_of_the_largest_categories(bundle, given):
    place = np.arange(12, dtype=np.float32).reshape(6, 2)
    brands = coloured_layers(bundle, np.arange(6), "column", ["Acme"], column="brand")
    assert list(label_positions(bundle, place, brands)) == ["Acme"]
    for by in ("correct", "confidence", "split"):
        drawn = coloured_layers(bundle, np.arange(6), by, answers=given)
        assert list(label_positions(bundle, place, drawn)) == ["mug", "lamp"]


def test_a_real_bundle_colours_each_test_row_once(tiny_bundle: Path):
    bundle = Bundle.open(tiny_bundle)
    given = answers(bundle, "text")
    rows = np.arange(len(bundle.table))
    for by in ANSWERED:
        reviewed = given.confidence < np.median(given.confidence)
        layers = coloured_layers(bundle, rows, by, bundle.classes[:10], answers=given, reviewed=reviewed)
        assert sorted(np.concatenate([layer.rows for layer in layers])) == rows.tolist()
        test = [layer for layer in layers if layer.colour != maps.REST]
        assert sum(len(layer.rows) for layer in test) == len(given.rows)


@pytest.mark.parametrize("by", ["category", "correct", "confidence", "split", "column", TRUST])
def test_what_is_filtered_out_is_one_grey_layer_that_cannot_be_picked(bundle, given, by):
    inside = np.array([True, True, False, True, False, True])
    layers = coloured_layers(
        bundle,
        np.arange(6),
        by,
        ["mug"],
        column="price" if by == "column" else None,
        answers=given,
        number=np.linspace(0, 1, 6),
        inside=inside,
    )
    assert (layers[0].name, layers[0].rows.tolist(), layers[0].pickable) == (maps.FILTERED, [2, 4], False)
    assert all(layer.pickable and inside[layer.rows].all() for layer in layers[1:])
    assert sorted(np.concatenate([layer.rows for layer in layers])) == list(range(6))


def test_a_filter_that_lets_all_through_makes_no_layer(bundle):
    layers = coloured_layers(bundle, np.array([0, 2]), "split", inside=np.array([True, False] * 3) | True)
    assert maps.FILTERED not in named(layers)


def test_doubt_is_what_is_missing_from_certainty(bundle, given):
    doubtful = coloured_layers(bundle, np.arange(6), "doubt", answers=given)[-1]
    np.testing.assert_allclose(doubtful.values, [0.1, 0.25], atol=1e-6)  # 1 - 0.9 and 1 - 0.75

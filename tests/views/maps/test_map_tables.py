from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from core.views.maps.map_tables import coordinate_table, picked_table
from core.views.models.answers import Answers


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


def test_the_list_of_picked_products_keeps_their_order_and_empty_answers(bundle, given):
    listed = picked_table(bundle, [3, 0], given)
    assert listed["Id"].tolist() == ["C-4", "A-1"]
    assert listed["Predicted"].tolist() == ["mug", ""]
    assert listed["Confidence"].iloc[0] == 0.75
    assert np.isnan(listed["Confidence"].iloc[1])


def test_a_private_bundle_lists_no_names(bundle):
    bundle.private = True
    assert list(picked_table(bundle, [0])) == ["Id", "Category", "Split"]


def test_numbers_of_all_products_are_listed_for_some(bundle, given):
    numbers = {"Trustworthiness": np.array([0.1, 0.2, np.nan, 0.4, 0.5, 0.6])}
    assert picked_table(bundle, [3, 0], given, numbers)["Trustworthiness"].tolist() == [0.4, 0.1]
    places = coordinate_table(bundle, np.zeros((6, 2)), np.array([4, 0]), numbers)
    assert list(places)[-1] == "Trustworthiness"
    assert places["Trustworthiness"].tolist() == [0.5, 0.1]


def test_places_are_listed_with_their_axes(bundle):
    place = np.arange(18, dtype=np.float32).reshape(6, 3)
    listed = coordinate_table(bundle, place, np.array([4, 0]), {})
    assert list(listed) == ["sku", "category", "part", "x", "y", "z"]
    assert listed.iloc[0].tolist() == ["C-5", "lamp", "train", 12.0, 13.0, 14.0]
    assert list(coordinate_table(bundle, place[:, :2], np.array([1]), {})) == [
        "sku",
        "category",
        "part",
        "x",
        "y",
    ]

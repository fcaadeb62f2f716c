import numpy as np
import pandas as pd
import pytest

from core.views.dataset.gaps import missing_by_category, missing_fields


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "sku": ["a", "b", "c", "d"],
            "name": ["Red mug", "", "Lamp", " "],
            "description": ["fine", "", "", ""],
            "category": ["mug", "mug", "lamp", "chair"],
            "price": [3.5, np.nan, 0.0, 9.0],
            "has_text": [True, False, True, False],
            "has_image": [True, True, False, True],
            "image_width": [60, 60, 0, 80],
            "image_height": [80, 80, 0, 60],
            "part": ["test", "test", "test", "train"],
        }
    )


def test_missing_fields_count_blanks_and_gaps(table):
    missing = missing_fields(table).set_index("Field")
    assert missing["Missing"].to_dict() == {"Description": 3, "Name": 2, "Image": 1, "Price": 1}
    assert missing.loc["Description", "Share"] == 0.75
    assert missing["Missing"].is_monotonic_decreasing


def test_a_private_bundles_names_are_not_called_missing(table):
    fields = set(missing_fields(table.assign(name="", description=""), private=True)["Field"])
    assert fields == {"Text", "Image", "Price"}


def test_missing_by_class_leaves_whole_fields_out(table):
    shares = missing_by_category(table.assign(has_image=True))
    assert list(shares.columns) == ["Name", "Description", "Price"]
    assert shares.loc["mug", "Name"] == 0.5
    assert list(shares.index) == ["mug", "chair", "lamp"]


def test_nothing_missing_is_an_empty_table(table):
    whole = table.assign(name="x", description="x", price=1.0, has_image=True)
    assert missing_by_category(whole).empty

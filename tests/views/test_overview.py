from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from core.catalogue.account import Account, SetAside
from core.evaluation.scores import evaluate
from core.views import overview


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


@pytest.fixture
def report():
    true = np.array([0, 0, 0, 1, 1, 2, 3])
    said = np.array([0, 1, 1, 1, 2, 2, 3])
    return evaluate(true, np.eye(4)[said], ["a", "b", "c", "d"], modality="text", head="mlp")


def test_class_counts_largest_first_then_by_name(table):
    counts = overview.class_counts(table)
    assert list(counts.items()) == [("mug", 2), ("chair", 1), ("lamp", 1)]


def test_missing_fields_count_blanks_and_gaps(table):
    missing = overview.missing_fields(table).set_index("field")
    assert missing["missing"].to_dict() == {"Description": 3, "Name": 2, "Picture": 1, "Price": 1}
    assert missing.loc["Description", "percent"] == 75
    assert missing["missing"].is_monotonic_decreasing


def test_a_private_bundles_names_are_not_called_missing(table):
    fields = set(overview.missing_fields(table.assign(name="", description=""), private=True)["field"])
    assert fields == {"Text", "Picture", "Price"}


def test_missing_by_class_leaves_whole_fields_out(table):
    shares = overview.missing_by_class(table.assign(has_image=True))
    assert list(shares.columns) == ["Name", "Description", "Price"]
    assert shares.loc["mug", "Name"] == 0.5
    assert list(shares.index) == ["mug", "chair", "lamp"]


def test_nothing_missing_is_an_empty_table(table):
    whole = table.assign(name="x", description="x", price=1.0, has_image=True)
    assert overview.missing_by_class(whole).empty


def test_prices_above_zero(table):
    assert list(overview.prices(table)) == [3.5, 9.0]
    assert len(overview.prices(table.drop(columns="price"))) == 0


def test_picture_sizes(table):
    sizes = overview.image_sizes(table)
    assert sizes.to_dict("records") == [
        {"width": 60, "height": 80, "products": 2},
        {"width": 80, "height": 60, "products": 1},
    ]


def test_what_was_set_aside_is_listed_with_the_categories_too_small():
    account = Account(
        9, 4, (SetAside("class under 3 rows", 5, ("x", "y")), SetAside("no category", 0, ())),
        classes_set_aside={"rugs": 1, "beds": 2, "bags": 2},
    )  # fmt: skip
    reasons, small = overview.set_aside_tables(account)
    assert reasons.to_dict("records") == [{"Reason": "class under 3 rows", "Rows": 5, "For example": "x, y"}]
    assert list(small["Category too small"]) == ["bags", "beds", "rugs"]
    assert all(listed.empty for listed in overview.set_aside_tables(Account(4, 4)))


def test_the_list_of_faults_names_products_unless_private(table):
    faults = pd.DataFrame({"row": [2, 0], "reason": ["Dark.", "Red."], "suggestion": ["Look.", "Move it."]})
    listed = overview.fault_list(SimpleNamespace(table=table, private=False), faults)
    assert listed.iloc[0].to_dict() == {
        **{"Id": "c", "Name": "Lamp", "Category": "lamp", "Part": "test"},
        **{"Why": "Dark.", "What to do": "Look."},
    }
    closed = overview.fault_list(SimpleNamespace(table=table, private=True), faults)
    assert "Name" not in closed and list(closed["Id"]) == ["c", "a"]


def test_mixups_most_frequent_first(report):
    pairs = overview.mixups(report)
    assert pairs.iloc[0].to_dict() == {
        "true": "a",
        "predicted": "b",
        "products": 2,
        "percent": pytest.approx(200 / 3),
    }
    assert len(pairs) == 2


def test_hover_falls_back_to_the_id(table):
    assert list(overview.hover_texts(table))[:2] == ["Red mug<br>mug", "b<br>mug"]


def test_examples_are_test_rows_with_text_of_different_categories(table):
    assert overview.example_rows(table, 4) == [0, 2]

import numpy as np
import pandas as pd
import pytest

from core.views.product_search import find_rows


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
    assert find_rows(table, query).tolist() == rows

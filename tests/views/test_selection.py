import numpy as np
import pandas as pd
import pytest

from core.views.selection import Selection

TABLE = pd.DataFrame(
    {"category": ["Bags", "Bags", "Shoes", "Hats"], "part": ["train", "test", "test", "validation"]},
    index=[10, 11, 12, 13],
)


@pytest.mark.parametrize(
    ("selection", "rows", "products"),
    [
        (Selection("text"), [10, 11, 12, 13], "products"),
        (Selection("text", ("Bags",)), [10, 11], "products in Bags"),
        (Selection("text", split="test"), [11, 12], "test products"),
        (Selection("text", ("Bags", "Hats"), "test"), [11], "test products in 2 categories"),
        (Selection("text", ("Hats",), "test"), [], "test products in Hats"),
    ],
)
def test_a_selection_filters_the_rows_and_names_them(selection, rows, products):
    assert selection.rows(TABLE).index.tolist() == rows
    assert selection.mask(TABLE).tolist() == [row in rows for row in TABLE.index]
    assert selection.products == products
    assert selection.is_whole == (len(rows) == len(TABLE))


def test_categories_are_names_not_patterns():
    names = np.array(["Bags", "Bag", "bags"], dtype=object)
    assert Selection("text", ("Bags",)).of_categories(names).tolist() == [True, False, False]

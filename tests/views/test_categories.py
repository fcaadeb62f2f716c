import pandas as pd

from core.views.categories import category_counts, category_of

TABLE = pd.DataFrame({"category": ["mug", "mug", "lamp", "chair"]})


def test_the_largest_category_comes_first_then_by_name():
    assert list(category_counts(TABLE).items()) == [("mug", 2), ("chair", 1), ("lamp", 1)]


def test_the_category_of_a_row():
    assert category_of(TABLE, 2) == "lamp"

import numpy as np
import pandas as pd
import pytest

from core.views.categories import category_counts
from core.views.dataset.long_tail import FEW, LongTail, category_table


def tail(**counts: int) -> LongTail:
    return LongTail(pd.Series(counts))


def test_the_head_is_the_fewest_that_hold_four_fifths():
    assert tail(a=60, b=20, c=15, d=5).head == 2
    assert tail(a=79, b=20, c=1).head == 2
    assert tail(a=7).head == 1
    assert np.allclose(tail(a=6, b=3, c=1).shares, [0.6, 0.9, 1])


def test_the_summary_says_how_uneven_the_categories_are():
    assert tail(Shoes=800, Lamps=150, Ties=50).summary() == (
        "**1 of 3 categories hold 80% of the products.** "
        "The largest category, Shoes (800), is 16 times the size of the smallest, Ties (50)."
    )
    assert tail(a=7, b=7).summary(trained_on=False) == "**All 2 categories have 7 products.**"
    assert "similar in size" in tail(a=90, b=60).summary()
    assert "hold 80%" not in tail(a=70, b=30).summary()  # 2 of 2 categories always do
    assert tail(a=7).summary() == ""


@pytest.mark.parametrize(
    ("counts", "warning"),
    [
        ({"a": 900, "b": FEW}, []),
        ({"a": 900, "b": FEW - 1}, ["One category has"]),
        ({"a": 900, "b": 20, "c": 3}, ["2 categories have"]),
        ({"a": 30, "b": 3}, ["All of them have"]),
    ],
)
def test_small_categories_are_mentioned_where_models_train_on_them(counts, warning):
    assert tail(**counts).summary().count("too few") == len(warning)
    assert all(f"{words} fewer than {FEW} products" in tail(**counts).summary() for words in warning)
    assert "too few" not in tail(**counts).summary(trained_on=False)


def test_the_table_counts_each_split():
    table = pd.DataFrame(
        {
            "category": ["mug", "lamp", "mug", "mug"],
            "part": ["train", "test", "test", "train"],
        }
    )
    listed = category_table(table)
    assert listed.to_dict("list") == {
        "Category": ["mug", "lamp"],
        "Products": [3, 1],
        "Share": [0.75, 0.25],
        "Training": [2, 0],
        "Validation": [0, 0],
        "Test": [1, 1],
    }
    assert list(category_counts(table).index) == listed["Category"].tolist()

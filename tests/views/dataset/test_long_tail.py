import numpy as np
import pandas as pd
import pytest

from core.views.categories import category_counts
from core.views.dataset.long_tail import FEW, LongTail, class_table


def tail(**counts: int) -> LongTail:
    return LongTail(pd.Series(counts))


def test_the_head_is_the_fewest_that_hold_four_fifths():
    assert tail(a=60, b=20, c=15, d=5).head == 2
    assert tail(a=79, b=20, c=1).head == 2
    assert tail(a=7).head == 1
    assert np.allclose(tail(a=6, b=3, c=1).shares, [0.6, 0.9, 1])


def test_the_tail_in_words():
    said = tail(Shoes=800, Lamps=150, Ties=50).words()
    assert said == (
        "**1 of 3 categories hold 80% of the products.** "
        "The largest, Shoes (800), is 16 times as large as the smallest, Ties (50)."
    )
    assert tail(a=7, b=7).words(learned=False) == "**All 2 categories have as many products: 7 each.**"
    assert "about as large" in tail(a=90, b=60).words()
    assert "hold 80%" not in tail(a=70, b=30).words()  # both of both: that says nothing
    assert tail(a=7).words() == ""


@pytest.mark.parametrize(
    ("counts", "word"),
    [
        ({"a": 900, "b": FEW}, None),
        ({"a": 900, "b": FEW - 1}, "One category has"),
        ({"a": 900, "b": 20, "c": 3}, "2 categories have"),
        ({"a": 30, "b": 3}, "All of them have"),
    ],
)
def test_small_categories_are_named_where_models_learn_from_them(counts, word):
    said = tail(**counts).words()
    assert ("too few" in said) == (word is not None)
    assert word is None or f"{word} fewer than {FEW} products" in said
    assert "too few" not in tail(**counts).words(learned=False)


def test_the_table_counts_each_part():
    table = pd.DataFrame(
        {
            "category": ["mug", "lamp", "mug", "mug"],
            "part": ["train", "test", "test", "train"],
        }
    )
    listed = class_table(table)
    assert listed.to_dict("list") == {
        "Category": ["mug", "lamp"],
        "Products": [3, 1],
        "Share": [0.75, 0.25],
        "Train": [2, 0],
        "Validation": [0, 0],
        "Test": [1, 1],
    }
    assert list(category_counts(table).index) == listed["Category"].tolist()

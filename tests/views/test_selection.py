import numpy as np
import pandas as pd
import pytest

from core.views.selection import Selection

TABLE = pd.DataFrame(
    {"category": ["Bags", "Bags", "Shoes", "Hats"], "part": ["train", "test", "test", "validation"]},
    index=[10, 11, 12, 13],
)


@pytest.mark.parametrize(
    ("view", "kept", "said"),
    [
        (Selection("text"), [10, 11, 12, 13], "whole catalogue"),
        (Selection("text", ("Bags",)), [10, 11], "Bags, whole catalogue"),
        (Selection("text", part="test"), [11, 12], "test part"),
        (Selection("text", ("Bags", "Hats"), "test"), [11], "2 categories, test part"),
        (Selection("text", ("Hats",), "test"), [], "Hats, test part"),
    ],
)
def test_a_view_keeps_what_is_asked_for_and_says_so(view, kept, said):
    assert view.rows(TABLE).index.tolist() == kept
    assert view.mask(TABLE).tolist() == [row in kept for row in TABLE.index]
    assert view.words == said
    assert view.is_whole == (len(kept) == len(TABLE))


def test_categories_are_names_not_patterns():
    names = np.array(["Bags", "Bag", "bags"], dtype=object)
    assert Selection("text", ("Bags",)).of_categories(names).tolist() == [True, False, False]

import json

import numpy as np
import pandas as pd
import pytest

from core.taxonomy.products import product_tree
from core.taxonomy.tree import category_tree
from core.views.dataset.tree_chart import UNTESTED, answered_right, tree_chart
from core.views.models.answers import Answers

ROWS = [("Home", "Lamps"), ("Home", "Lamps"), ("Home", ""), ("Wear", "<b>Shoes")]


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.DataFrame(ROWS, columns=["level_1", "level_2"])


def test_boxes_hold_what_lies_in_them(table):
    trace = tree_chart(category_tree(product_tree(table))).data[0]
    size = dict(zip(trace.ids, trace.values, strict=True))
    assert trace.parents[0] == ""
    within = {}
    for parent, value in zip(trace.parents[1:], trace.values[1:], strict=True):
        within[parent] = within.get(parent, 0) + value
    assert all(total <= size[parent] for parent, total in within.items())
    assert trace.branchvalues == "total"
    assert "Home › Lamps" in [path for path, _ in trace.customdata]
    assert "<b>" not in "".join(trace.labels)
    assert trace.marker.colors is None  # nothing was judged: the theme's colours


def test_accuracy_is_in_the_box_its_colour_and_its_hover_text(table):
    tree = category_tree(product_tree(table), right=np.array([1, 0, np.nan, np.nan]))
    trace = tree_chart(tree).data[0]
    at = {path: number for number, path in enumerate(tree.paths)}
    home, shoes = at[("Home",)], at[("Wear", "<b>Shoes")]
    assert trace.text[home] == "3 · 50.0%"
    assert trace.text[shoes] == "1"
    assert trace.marker.colors[home] == "rgb(194,65,12)"
    assert trace.marker.colors[shoes] == UNTESTED
    assert trace.customdata[home][1] == "<br>accuracy 50.0% of 2 test products"
    assert trace.customdata[shoes][1] == ""


def test_answers_are_those_of_the_tables_products(table):
    given = Answers(np.array([0, 3]), np.array([1, 0]), np.array([1, 1]), np.zeros((2, 2)))
    right = answered_right(table.iloc[[1, 3, 0]], given, 4)
    assert np.isnan(right[0])
    assert right[1:].tolist() == [0, 1]


def test_the_figure_becomes_json(table):
    assert json.loads(tree_chart(category_tree(product_tree(table))).to_json())["layout"]["height"] > 0

import json

import numpy as np
import pandas as pd
import pytest

from core.taxonomy.tree import category_tree
from core.views.dataset import dataset_charts as dataset_figures
from core.views.dataset import measures
from core.views.dataset.long_tail import LongTail
from core.views.dataset.marking_words import marking_words


@pytest.fixture
def tree():
    rows = [("Home", "Lamps"), ("Home", "Lamps"), ("Home", ""), ("Wear", "Shoes")]
    return category_tree(pd.DataFrame(rows, columns=["level_1", "level_2"]))


@pytest.fixture
def spread() -> pd.DataFrame:
    values = np.array([1, 10, 100, 1000, 5], dtype=float)
    return measures.spread(values, np.array(["a", "a", "a", "a", "b"], dtype=object))


def test_the_long_tail_is_marked_where_it_reaches_four_fifths():
    figure = dataset_figures.long_tail(LongTail(pd.Series({"a": 50, "b": 40, "c": 10})))
    assert list(figure.data[0].y) == [0.5, 0.9, 1]
    assert [shape.x1 for shape in figure.layout.shapes] == [2, 2]


def test_the_treemaps_boxes_hold_what_lies_in_them(tree):
    trace = dataset_figures.treemap(tree).data[0]
    size = dict(zip(trace.ids, trace.values, strict=True))
    assert trace.parents[0] == ""
    within = {}
    for parent, value in zip(trace.parents[1:], trace.values[1:], strict=True):
        within[parent] = within.get(parent, 0) + value
    assert all(total <= size[parent] for parent, total in within.items())
    assert trace.branchvalues == "total"
    assert "Home › Lamps" in list(trace.customdata)


def test_boxes_are_drawn_from_the_quantiles_alone(spread):
    figure = dataset_figures.boxes(spread, unit="price", log=True)
    box = figure.data[0]
    assert box.x is None
    assert list(box.median) == spread["Median"].tolist()
    assert (box.lowerfence <= box.q1).all() and (box.q3 <= box.upperfence).all()
    assert figure.layout.xaxis.type == "log"
    assert list(figure.layout.yaxis.ticktext) == ["a", "b"]
    assert dataset_figures.boxes(spread, unit="price").layout.xaxis.type is None


def test_shapes_fill_the_whole_bar():
    table = pd.DataFrame(
        {"Category": ["a", "b"], "Pictures": [4, 2], "Upright": [1, 0], "Square": [3, 0], "Wide": [0, 2]}
    )
    figure = dataset_figures.shapes(table)
    assert np.sum([trace.x for trace in figure.data], axis=0).tolist() == [1, 1]


def test_words_are_drawn_for_the_category_and_for_all_others():
    texts = [f"mug {'x' * (i + 2)}" for i in range(20)] + [f"lamp {'y' * (i + 2)}" for i in range(20)]
    marking = marking_words(texts, ["Mugs"] * 20 + ["Lamps"] * 20).of("Mugs")
    here, others, lines = dataset_figures.word_shares(marking, "Mugs").data
    assert (here.name, list(here.x)) == ("Mugs", [1])
    assert (others.name, list(others.x)) == ("All others", [0])
    assert here.marker.symbol != others.marker.symbol  # told apart without colours
    assert lines.zorder < 0


def test_all_figures_become_json(tree, spread):
    for figure in (
        dataset_figures.treemap(tree),
        dataset_figures.boxes(spread, unit="price", log=True),
        dataset_figures.long_tail(LongTail(pd.Series({"a": 3}))),
    ):
        assert json.loads(figure.to_json())["layout"]["height"] > 0

import json

import numpy as np
import pandas as pd
import pytest

from core.bundle.marking_words import marking_words
from core.views.dataset import measures
from core.views.dataset.catalogue_charts import long_tail_chart, missing_chart, word_share_chart
from core.views.dataset.distribution_charts import box_chart
from core.views.dataset.long_tail import LongTail


@pytest.fixture
def spread() -> pd.DataFrame:
    values = np.array([1, 10, 100, 1000, 5], dtype=float)
    return measures.spread(values, np.array(["a", "a", "a", "a", "b"], dtype=object))


def test_the_long_tail_is_marked_where_it_reaches_four_fifths():
    figure = long_tail_chart(LongTail(pd.Series({"a": 50, "b": 40, "c": 10})))
    assert list(figure.data[0].y) == [0.5, 0.9, 1]
    assert [shape.x1 for shape in figure.layout.shapes] == [2, 2]


def test_words_are_drawn_for_the_category_and_for_the_others():
    texts = [f"mug {'x' * (i + 2)}" for i in range(20)] + [f"lamp {'y' * (i + 2)}" for i in range(20)]
    marking = marking_words(texts, ["Mugs"] * 20 + ["Lamps"] * 20).of("Mugs")
    here, others, lines = word_share_chart(marking, "Mugs").data
    assert (here.name, list(here.x)) == ("Mugs", [1])
    assert (others.name, list(others.x)) == ("Other categories", [0])
    assert here.marker.symbol != others.marker.symbol  # told apart without colours
    assert lines.zorder < 0


def test_all_figures_become_json(spread):
    for figure in (
        box_chart(spread, unit="price", log=True),
        long_tail_chart(LongTail(pd.Series({"a": 3}))),
    ):
        assert json.loads(figure.to_json())["layout"]["height"] > 0


def test_the_share_of_missing_fields_becomes_json():
    assert "NaN" not in missing_chart(np.array([[0.5], [0.0]]), ["a", "b"], ["Brand"]).to_json()

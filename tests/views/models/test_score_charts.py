import numpy as np
import pandas as pd
import pytest

from core.evaluation.intervals import Interval
from core.views.maps.layers import REST, RIGHT, WRONG
from core.views.models.score_charts import accuracy_chart, category_score_chart, difference_chart


def test_compare_leaves_out_what_is_not_there():
    series = {"Text": [Interval(0.9, 0.8, 0.95)], "Image": [None]}
    figure = accuracy_chart(["Random forest"], series, unit="accuracy")
    text, image = figure.data
    assert (text.name, image.name) == ("Text", "Image")
    assert not len(image.x)
    assert list(text.y) == [0]  # alone in its row: in the middle
    assert text.error_x.array[0] == pytest.approx(0.05)
    assert text.error_x.arrayminus[0] == pytest.approx(0.1)


def test_equal_dots_do_not_hide_each_other():
    same = [Interval(0.9, 0.8, 0.95)] * 2
    figure = accuracy_chart(["a", "b"], {"Text": same, "Image": same, "Text + image": same}, unit="accuracy")
    for row in range(2):
        heights = sorted(trace.y[row] for trace in figure.data)
        assert min(np.diff(heights)) * 44 > 9  # pixels between two dots of a row of 44
        assert row - 0.5 < heights[0] and heights[-1] < row + 0.5


def scores(k: int) -> pd.DataFrame:
    f1 = np.linspace(0.2, 1, k)
    return pd.DataFrame(
        {
            "Category": [f"category {i}" for i in range(k)],
            "Precision": f1,
            "Recall": f1,
            "F1": f1,
            "Test products": np.arange(k) + 1,
        }
    )


@pytest.mark.parametrize("k", [1, 24, 141])
def test_each_category_has_its_scores_and_its_products(k):
    figure = category_score_chart(scores(k))
    cells, bars = figure.data
    assert np.asarray(cells.z).shape == (k, 3)
    assert list(bars.x) == list(range(1, k + 1))
    assert len(figure.layout.yaxis.ticktext) == k
    assert figure.layout.yaxis.range == (k - 0.5, -0.5)
    assert (figure.layout.height - 80) / k >= 16  # rows high enough to read
    assert "NaN" not in figure.to_json()


def test_colours_begin_near_the_lowest_score():
    low = category_score_chart(scores(5)).data[0].zmin
    assert 0 <= low <= 0.2
    assert category_score_chart(scores(5).tail(1)).data[0].zmin == 0.8


def test_cells_without_a_score_are_empty_and_do_not_set_the_colours():
    table = scores(2)
    table.loc[1, ["Precision", "Recall", "F1", "Test products"]] = [np.nan, np.nan, np.nan, 0]
    table.loc[0, ["Precision", "Recall", "F1"]] = 0.95
    cells, bars = category_score_chart(table).data
    assert np.isnan(np.asarray(cells.z, dtype=float)[1]).all()
    assert cells.zmin == 0.8
    assert list(bars.x) == [1, 0]
    alone = category_score_chart(table.tail(1)).data[0]
    assert np.isfinite(alone.zmin)


def differences() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Category": ["up", "maybe", "down"],
            "Difference": [20.0, 5.0, -10.0],
            "Low": [10.0, -3.0, -15.0],
            "High": [30.0, 12.0, -4.0],
            "Only A right": [20, 5, 1],
            "Only B right": [0, 2, 11],
            "p, Holm-adjusted": [0.001, 0.4, 0.01],
            "Statistically clear": [True, False, True],
            "Test products": [100, 60, 100],
        }
    )


def test_differences_are_coloured_by_side_where_they_are_statistically_clear():
    better, worse, chance = difference_chart(differences()).data
    assert (better.name, better.marker.color, list(better.y)) == ("A is better", RIGHT, [0])
    assert (worse.name, worse.marker.color, list(worse.y)) == ("B is better", WRONG, [2])
    assert (chance.name, chance.marker.color, list(chance.y)) == ("could be chance", REST, [1])


def test_whiskers_end_where_the_intervals_do():
    _, worse, chance = difference_chart(differences()).data
    assert (list(chance.error_x.arrayminus), list(chance.error_x.array)) == ([8.0], [7.0])
    assert (list(worse.error_x.arrayminus), list(worse.error_x.array)) == ([5.0], [6.0])

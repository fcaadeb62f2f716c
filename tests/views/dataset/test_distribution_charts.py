import numpy as np
import pandas as pd
import pytest

from core.views.dataset import measures
from core.views.dataset.distribution_charts import box_chart, histogram, image_size_chart, shape_chart


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("values", [[3.0], [5, 5, 5], [0.01, 7, 1e6], np.geomspace(0.3, 700, 500)])
def test_a_histogram_loses_no_product(values, log):
    figure = histogram(np.asarray(values), unit="price", log=log)
    assert sum(figure.data[0].y) == len(values)


def test_a_bubbles_area_is_its_count():
    figure = image_size_chart(np.array([60, 80]), np.array([80, 60]), np.array([30, 3]))
    assert figure.data[0].marker.sizemode == "area"
    assert list(figure.data[0].marker.size) == [30, 3]


@pytest.fixture
def spread() -> pd.DataFrame:
    values = np.array([1, 10, 100, 1000, 5], dtype=float)
    return measures.spread(values, np.array(["a", "a", "a", "a", "b"], dtype=object))


def test_boxes_are_drawn_from_the_quantiles_alone(spread):
    figure = box_chart(spread, unit="price", log=True)
    box = figure.data[0]
    assert box.x is None
    assert list(box.median) == spread["Median"].tolist()
    assert (box.lowerfence <= box.q1).all() and (box.q3 <= box.upperfence).all()
    assert figure.layout.xaxis.type == "log"
    assert list(figure.layout.yaxis.ticktext) == ["a", "b"]
    assert box_chart(spread, unit="price").layout.xaxis.type is None


def test_shapes_fill_the_whole_bar():
    table = pd.DataFrame(
        {"Category": ["a", "b"], "Images": [4, 2], "Upright": [1, 0], "Square": [3, 0], "Wide": [0, 2]}
    )
    figure = shape_chart(table)
    assert np.sum([trace.x for trace in figure.data], axis=0).tolist() == [1, 1]

import numpy as np

from core.bundle.reader import Bundle
from core.views.models.pareto import cost_table, on_front, pareto_chart


def test_a_row_is_on_the_front_unless_another_is_better_and_nowhere_worse():
    costs = np.array([[1, 5], [2, 2], [3, 3], [2, 2], [5, 1], [5, 4]])
    assert on_front(costs).tolist() == [True, True, False, True, True, False]


def test_every_model_has_a_point_with_its_cost(tiny_bundle):
    bundle = Bundle.open(tiny_bundle)
    table = cost_table(bundle)
    assert len(table) == len(bundle.models)
    assert table["Accuracy"].is_monotonic_decreasing
    assert table["Best buy"].any()
    figure = pareto_chart(table)
    points = [trace for trace in figure.data if trace.mode == "markers"]
    assert sum(len(trace.x) for trace in points) == len(table)
    line = next(trace for trace in figure.data if trace.mode == "lines")
    assert len(line.x) == table["Best buy"].sum()

from dataclasses import replace
from types import SimpleNamespace

import numpy as np

from core.bundle.reader import Bundle
from core.features.encoders.cost import EncoderCost
from core.features.encoders.record import EncoderRecord
from core.heads.key import HeadKey
from core.views.models.pareto import cost_table, includes_encoders, on_front, pareto_chart
from tests import tiny


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


def model(modality, head, accuracy):
    report = SimpleNamespace(accuracy=accuracy)
    key = HeadKey(modality, head)
    return SimpleNamespace(
        key=key,
        modality=modality,
        head=head,
        chosen=False,
        report=report,
        size_bytes=500_000,
        ms_per_product=0.5,
    )


def test_a_model_costs_what_its_encoders_cost_as_well():
    record = EncoderRecord.of(tiny.TinyText())
    encoders = {
        "text": replace(record, size_bytes=20_000_000, cost=EncoderCost(1.0, 0.005)),
        "image": replace(record, size_bytes=2_000_000, cost=EncoderCost(1.0, 0.003)),
    }
    models = [
        model("text", "mlp", 0.9),
        model("text", "tfidf", 0.8),
        model("fused", "mlp", 0.7),
        model("fused", "joint", 0.6),
        model("image", "mlp", 0.5),
        model("text", "blend", 0.4),
        model("text", "logistic_regression", 0.3),
    ]
    bundle = SimpleNamespace(models=models, encoders=encoders)
    table = cost_table(bundle)
    assert table["Size"].tolist() == [20.5, 0.5, 22.5, 2.5, 2.5, 21.5, 20.5]
    assert table["Encoders"].tolist() == [20.0, 0.0, 22.0, 2.0, 2.0, 20.0, 20.0]
    assert table["Per product"].tolist() == [5.5, 0.5, 8.5, 3.5, 3.5, 5.5, 5.5]
    assert table["Best buy"].tolist() == [True, True, False, False, False, False, False]
    assert includes_encoders(bundle)
    bundle.encoders = encoders | {"image": record}
    assert not includes_encoders(bundle)


def test_the_axis_says_whether_products_are_encoded_already(tiny_bundle):
    table = cost_table(Bundle.open(tiny_bundle))
    for encoded, title in ((True, "one encoded product"), (False, "one product")):
        assert pareto_chart(table, encoded=encoded).layout.xaxis.title.text.endswith(title)

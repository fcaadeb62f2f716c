import numpy as np

from core.building.maps import draw_maps, neighbour_graphs
from core.building.training_data import TrainingData
from core.common.progress import silent
from core.evaluation.splits import Split
from core.features.vectors import Features
from core.heads.inputs import Inputs
from core.nearest import graph as graph_module

N = 120


def products() -> TrainingData:
    rows = np.arange(N)
    vectors = np.random.default_rng(0).normal(size=(N, 6)).astype(np.float32)
    return TrainingData(
        inputs=Inputs.of({"text": Features(vectors, np.ones(N, dtype=bool))}, ["a text"] * N),
        labels=rows % 2,
        classes=("Lamps", "Mugs"),
        skus=rows.astype(str).astype(object),
        split=Split(rows[:80], rows[80:100], rows[100:], 0),
        groups=rows,
        learned=np.zeros(N, dtype=bool),
    )


def recalls() -> dict[str, float | None]:
    data = products()
    drawn = draw_maps(data, ("pca", "tsne"), (2,), neighbour_graphs(data.inputs), silent)
    return {each.projection.method: each.projection.neighbour_recall for each in drawn}


def test_a_map_says_how_many_neighbours_were_found_where_they_are_approximate(monkeypatch):
    assert recalls() == {"pca": None, "tsne": None}
    monkeypatch.setattr(graph_module, "EXACT_UP_TO", 100)
    assert recalls() == {"pca": None, "tsne": 1.0}  # so few that every row was looked at

import numpy as np
import pytest

from core.building.maps import draw_maps, neighbour_graphs
from core.building.training_data import TrainingData
from core.common.progress import silent
from core.evaluation.splits import Split
from core.features.vectors import Features
from core.heads.inputs import Inputs
from core.nearest import graph as graph_module
from core.projections.quality import quality

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


def test_a_large_map_says_how_many_products_were_drawn_and_placed():
    data = products()
    maps = draw_maps(data, ("pca", "umap"), (2,), neighbour_graphs(data.inputs), silent, landmarks=30)
    drawn = {each.projection.method: each for each in maps}
    assert (drawn["pca"].projection.landmarks, drawn["pca"].projection.placed) == (None, None)
    assert (drawn["umap"].projection.landmarks, drawn["umap"].projection.placed) == (30, 90)
    assert np.isfinite(drawn["umap"].coordinates).all()


def test_maps_are_measured_as_each_alone_would_be():
    data = products()
    for drawn in draw_maps(data, ("pca",), (2, 3), {}, silent):
        alone = quality(data.inputs.vectors("text"), drawn.coordinates, data.labels, seed=data.seed)
        np.testing.assert_allclose(drawn.trust, alone.trust, atol=1e-6)
        assert drawn.projection.neighbour_accuracy == alone.neighbour_accuracy
        assert drawn.projection.trustworthiness == pytest.approx(alone.trustworthiness)


def test_a_map_can_be_cancelled_while_it_is_drawn():
    class Stop(Exception):
        pass

    heard = []

    def stop(stage, done, total):
        heard.append((stage, done, total))
        if len(heard) > 4:
            raise Stop

    data = products()
    with pytest.raises(Stop):
        list(draw_maps(data, ("tsne",), (2,), neighbour_graphs(data.inputs), stop))
    assert set(heard) == {("Drawing maps", 0, 1)}

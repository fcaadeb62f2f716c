from dataclasses import replace
from types import SimpleNamespace

from core.bundle.projection import Projection
from core.bundle.reader import Bundle
from core.serving.answer import Neighbour
from core.serving.predictor import Predictor
from core.views.predict.answer_map import best_map, likely_categories, placed_on_map
from tests.views.predict.made_up import ANSWER


def test_the_map_that_keeps_neighbours_best():
    maps = [
        Projection("text", "umap", 2, 0.99, 0.9),
        Projection("fused", "pca", 2, 0.7, 0.6),
        Projection("fused", "umap", 2, 0.9, 0.8),
        Projection("fused", "umap", 3, 0.95, 0.8),
    ]
    assert best_map(SimpleNamespace(projections=maps), "fused") is maps[2]
    assert best_map(SimpleNamespace(projections=maps), "image") is None
    unmeasured = [Projection("fused", "pca", 2)]
    assert best_map(SimpleNamespace(projections=unmeasured), "fused") is unmeasured[0]


def test_the_likely_categories_are_those_of_answer_and_neighbours():
    far = Neighbour("3", "c", "Tables", 0.1, 5)
    assert likely_categories(replace(ANSWER, neighbours=(far, far))) == [
        "Mugs",
        "Lamps",
        "Chairs",
        "Tables",
    ]
    assert likely_categories(ANSWER, most=2) == ["Mugs", "Lamps"]


def test_a_product_on_the_map(tiny_bundle):
    bundle = Bundle.open(tiny_bundle)
    answer = Predictor.load(bundle).classify("ceramic mug cup")
    placed = placed_on_map(bundle, answer, "my mug")
    assert (placed.rows, placed.method) == (int(bundle.present("text").sum()), "PCA")
    assert placed.figure.data[-1].name == "★ my mug"
    near = next(trace for trace in placed.figure.data if trace.name.startswith("found"))
    assert near.customdata.tolist() == [one.row for one in answer.neighbours]
    bundle.manifest = replace(bundle.manifest, projections=())
    assert placed_on_map(bundle, answer, "my mug") is None

from dataclasses import replace
from types import SimpleNamespace

from core.bundle.projection import Projection
from core.bundle.reader import Bundle
from core.heads.key import HeadKey
from core.serving.answer import Answer, ModelAnswer, Neighbour, Ranked
from core.serving.predictor import Predictor
from core.views.predict.answer_map import best_map, likely_categories, placed_on_map

RANKED = (Ranked("Mugs", 0.8), Ranked("Lamps", 0.15), Ranked("Chairs", 0.05))
ANSWER = Answer(
    "text",
    HeadKey("text", "mlp"),
    RANKED,
    (
        ModelAnswer(HeadKey("text", "mlp"), RANKED, chosen=True),
        ModelAnswer(HeadKey("text", "tfidf"), RANKED[::-1], chosen=False),
    ),
    (Neighbour("1", "a", "Mugs", 0.98765, 3), Neighbour("2", "", "Lamps", 0.5, 4)),
    0.6,
    ("Mugs", "Lamps"),
    {},
)


def bundle(**more):
    manifest = SimpleNamespace(
        review=SimpleNamespace(precision=0.95), conformal=SimpleNamespace(coverage=0.9)
    )
    return SimpleNamespace(manifest=manifest, **more)


def test_the_map_that_keeps_neighbours_best():
    maps = [
        Projection("text", "umap", 2, 0.99, 0.9),
        Projection("fused", "pca", 2, 0.7, 0.6),
        Projection("fused", "umap", 2, 0.9, 0.8),
        Projection("fused", "umap", 3, 0.95, 0.8),
    ]
    assert best_map(bundle(projections=maps), "fused") is maps[2]
    assert best_map(bundle(projections=maps), "image") is None
    unmeasured = [Projection("fused", "pca", 2)]
    assert best_map(bundle(projections=unmeasured), "fused") is unmeasured[0]


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

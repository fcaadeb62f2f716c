"""Nearest training products and "far", on directions in the plane and on a real small bundle."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from core.features.vectors import Features
from core.heads.inputs import Inputs
from core.serving.explain.explanation import explain
from core.serving.explain.nearness import FEWEST, nearness_of, references
from core.serving.predictor import Predictor
from tests import tiny


def directions(degrees):
    angle = np.radians(np.asarray(degrees, dtype=float))
    return np.stack([np.cos(angle), np.sin(angle)], axis=1).astype(np.float32)


class Plane:
    """A bundle of texts that are directions, two degrees apart; the last ten are no training products."""

    modalities, best, classes = ("text",), {"text": "known"}, ("Lamps", "Mugs")

    def __init__(self, degrees, absent=(), kept=True):
        self.vectors, self.kept = directions(degrees), kept
        self.there = ~np.isin(np.arange(len(degrees)), absent)
        self.vectors[~self.there] = 0
        names = [f"p{i}" for i in range(len(degrees))]
        self.table = pd.DataFrame({"sku": names, "name": names, "category": "Lamps"})

    def rows(self, part):
        assert part == "train"
        return np.arange(len(self.vectors) - 10)

    def has_features(self, modality):
        return self.kept and modality == "text"

    def features(self, modality):
        return self.vectors

    def present(self, modality):
        return self.there if modality == "text" else np.zeros(len(self.there), dtype=bool)


def asked(bundle, degrees):
    """A case as far as nearness looks at it."""
    inputs = Inputs.of({"text": Features(directions([degrees]), np.ones(1, dtype=bool))}, ["a lamp"])
    return SimpleNamespace(predictor=SimpleNamespace(bundle=bundle), inputs=inputs)


def distance(degrees):
    return 1 - np.cos(np.radians(degrees))


def test_distances_are_to_other_products():
    bundle = Plane(np.arange(60) * 2)
    reference = references(bundle)["text"]
    np.testing.assert_allclose(reference.distances, np.full(50, distance(2)), atol=1e-6)
    assert reference.limit == pytest.approx(distance(2), abs=1e-6)


def test_equal_products_are_no_distance_apart():
    bundle = Plane(np.repeat(np.arange(30) * 3, 2))
    assert references(bundle)["text"].distances.max() == pytest.approx(0, abs=1e-6)


def test_near_and_far():
    bundle = Plane(np.arange(60) * 2)
    known = references(bundle)
    near = nearness_of(asked(bundle, 10.5), known)["text"]
    assert near.skus[:2] == ("p5", "p6")
    assert near.categories == ("Lamps",) * 5
    np.testing.assert_allclose(near.similarities[0], np.cos(np.radians(0.5)), atol=1e-6)
    assert (near.percentile, near.is_far, near.compared) == (0, False, 50)
    far = nearness_of(asked(bundle, 103), known)["text"]  # rows from 100 degrees on are no training products
    assert far.skus[0] == "p49"
    assert far.distance == pytest.approx(distance(5), abs=1e-6)
    assert (far.percentile, far.is_far) == (100, True)
    assert far.limit == known["text"].limit


def test_percentiles_count_the_nearer():
    rng = np.random.default_rng(0)
    reference = references(Plane(np.sort(rng.uniform(0, 180, 110))))["text"]
    half = float(np.median(reference.distances))
    assert reference.percentile(half) == pytest.approx(50, abs=1)
    assert reference.percentile(0) == 0 and reference.percentile(2) == 100


def test_products_without_the_modality_are_not_near():
    bundle = Plane(np.arange(60) * 2, absent=range(0, 60, 2))
    known = references(bundle)
    assert len(known["text"].distances) == 25
    np.testing.assert_allclose(known["text"].distances, distance(4), atol=1e-6)
    assert nearness_of(asked(bundle, 10), known)["text"].skus[0] in ("p5",)
    assert nearness_of(asked(bundle, 12), known)["text"].skus[0] in ("p5", "p7")


def test_a_sample_is_measured_against_all():
    bundle = Plane(np.arange(60) * 2)
    one, same, other = (references(bundle, sample=20, seed=seed)["text"].distances for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert len(one) == len(other) == 20
    np.testing.assert_allclose(one, distance(2), atol=1e-6)


def test_too_few_products_or_no_vectors_compare_with_nothing():
    for bundle in (Plane(np.arange(FEWEST + 9)), Plane(np.arange(60), kept=False)):
        assert references(bundle) == {}
        assert nearness_of(asked(bundle, 3), {}) == {}
    assert "text" in references(Plane(np.arange(FEWEST + 10)))


def test_no_nearness_has_a_reason(tiny_bundle, monkeypatch):
    predictor = Predictor.load(tiny_bundle)
    monkeypatch.setattr(predictor.bundle, "has_features", lambda modality: False)
    explanation = explain(predictor, "a lamp")
    assert explanation.nearness == {}
    assert "holds no vectors" in explanation.missing["nearness"]


def test_a_training_product_is_its_own_nearest(tiny_bundle):
    predictor = Predictor.load(tiny_bundle)
    bundle = predictor.bundle
    row = next(row for row in bundle.rows("train") if bundle.present("fused")[row])
    product = bundle.table.iloc[row]
    picture = tiny_bundle.parent.parent / "data" / "images" / product["image"]
    text = f"{product['name']}. {product['description']}"
    near = explain(predictor, text, picture).nearness
    assert set(near) == {"text", "image", "fused"}
    for one in near.values():
        assert one.skus[0] == product["sku"]
        assert one.similarities[0] == pytest.approx(1, abs=1e-5)
        assert not one.is_far
    fused = bundle.features("fused")[row] @ bundle.features("fused")[bundle.row(near["fused"].skus[1])] / 2
    assert near["fused"].similarities[1] == pytest.approx(fused, abs=1e-5)


def test_what_is_like_nothing_is_far(tiny_bundle):
    near = explain(Predictor.load(tiny_bundle), "qqq www eee rrr ttt yyy").nearness["text"]
    assert near.is_far and near.percentile == 100
    assert tiny.TinyText().encode(["a lamp"]).shape == (1, 64)

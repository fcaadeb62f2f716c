from types import SimpleNamespace

import numpy as np
import pytest

from core.bundle.projection import Projection
from core.bundle.reader import Bundle
from core.nearest.index import VectorIndex
from core.views.maps.placement import place, vector_for

FLAT = Projection("text", "umap", 2)


def bundle(features: np.ndarray, coordinates: np.ndarray, *, stored: bool = True) -> SimpleNamespace:
    return SimpleNamespace(
        has_features=lambda modality: stored,
        stored=lambda modality: VectorIndex.of(features),
        coordinates=lambda modality, method, dims: coordinates.astype(np.float32),
    )


def circle(angles) -> np.ndarray:
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def test_a_product_of_the_catalogue_comes_to_its_own_place():
    rng = np.random.default_rng(0)
    angles = np.linspace(0, 3, 50)
    places = rng.normal(size=(50, 2))
    at = place(bundle(circle(angles), places), FLAT, circle(angles)[7])
    np.testing.assert_allclose(at, places[7], atol=1e-3)


def test_where_neighbours_lie_in_two_heaps_it_joins_the_larger():
    angles = np.linspace(0.1, 0.2, 10)
    places = np.array([[0.0, 0.0]] * 7 + [[10.0, 10.0]] * 3) + np.random.default_rng(0).normal(
        scale=0.01, size=(10, 2)
    )
    at = place(bundle(circle(angles), places), FLAT, circle([0.15])[0])
    assert np.linalg.norm(at) < 0.1


def test_only_the_nearest_count_and_a_third_dimension_is_placed_too():
    angles = np.concatenate([np.full(10, 0.1), np.full(40, 1.5)])
    places = np.repeat([[1.0, 2.0, 3.0], [-50.0, 9.0, 9.0]], (10, 40), axis=0)
    at = place(bundle(circle(angles), places), Projection("text", "umap", 3), circle([0.12])[0])
    np.testing.assert_allclose(at, [1, 2, 3], atol=1e-5)


def test_products_that_are_not_on_the_map_do_not_count():
    places = np.array([[np.nan, np.nan], [4.0, 5.0]])
    at = place(bundle(circle([0.1, 1.0]), places), FLAT, circle([0.1])[0])
    np.testing.assert_allclose(at, [4, 5], atol=1e-6)


@pytest.mark.parametrize("vector", [None, np.zeros(2)])
def test_a_product_without_the_modality_has_no_place(vector):
    assert place(bundle(circle([0.1]), np.zeros((1, 2))), FLAT, vector) is None


def test_a_bundle_without_features_or_an_empty_map_has_none():
    some = circle([0.1, 0.2])
    assert place(bundle(some, np.zeros((2, 2)), stored=False), FLAT, some[0]) is None
    assert place(bundle(some, np.full((2, 2), np.nan)), FLAT, some[0]) is None


@pytest.mark.parametrize("vector", [np.ones(3), np.array([np.nan, 1])])
def test_numbers_that_do_not_fit_are_refused(vector):
    with pytest.raises(ValueError, match="expected 2 finite numbers"):
        place(bundle(circle([0.1]), np.zeros((1, 2))), FLAT, vector)


def test_a_map_of_both_needs_both():
    text, image = np.ones(2, np.float32), np.zeros(3, np.float32)
    assert vector_for({"text": text}, "fused") is None
    assert vector_for({"text": text}, "image") is None
    assert vector_for({"text": text, "image": image}, "fused").tolist() == [1, 1, 0, 0, 0]
    assert vector_for({"text": text}, "text").tolist() == [1, 1]


def test_a_real_bundle_places_its_own_products_where_they_are(tiny_bundle):
    real = Bundle.open(tiny_bundle)
    for projection in real.projections:
        row = int(np.flatnonzero(real.present(projection.modality))[0])
        own = real.coordinates(projection.modality, projection.method, projection.dims)
        at = place(real, projection, real.features(projection.modality)[row])
        spread = np.nanstd(own)
        assert np.linalg.norm(own[row] - at) < spread

import numpy as np
import pytest

from core.nearest.graph import graph_of
from core.projections.drawing import project
from core.projections.prepared import prepare, principal_components
from core.projections.settings import MapSettings
from tests.projections.clusters import clusters


def test_components_equal_those_of_scikit_learn_up_to_signs():
    from sklearn.decomposition import PCA

    rows = np.random.default_rng(0).normal(size=(80, 6)).astype(np.float32) * np.arange(1, 7)
    expected = PCA(3).fit_transform(rows)
    assert np.abs(principal_components(rows, 3)) == pytest.approx(np.abs(expected), abs=1e-4)


def test_components_beyond_the_features_are_zero():
    assert not principal_components(np.array([[1.0], [2.0], [4.0]]), 3)[:, 1:].any()


def test_a_graph_is_shared_and_must_have_the_same_metric():
    vectors, _ = clusters(80)
    graph = graph_of(vectors)
    assert prepare(graph).graph is graph
    assert np.array_equal(project("umap", prepare(graph), 2), project("umap", vectors, 2))
    with pytest.raises(ValueError, match="expected rows prepared for euclidean, got cosine"):
        project("pca", prepare(graph), 2, settings=MapSettings(metric="euclidean"))

import json

import numpy as np
import pytest
from sklearn.manifold import trustworthiness

from core.bundle.reader import Bundle
from core.common.errors import CoreError
from core.projections.quality import MapQuality
from core.projections.settings import MapSettings
from core.views.maps.recompute import FEWEST, MapRequest, OwnMap, available, recompute_map, sample


@pytest.fixture
def bundle(tiny_bundle) -> Bundle:
    return Bundle.open(tiny_bundle)


def test_a_request_survives_json():
    wanted = MapRequest("text", "umap", 3, 7, MapSettings(n_neighbours=5, min_dist=0.5, metric="euclidean"))
    assert MapRequest.from_dict(json.loads(json.dumps(wanted.to_dict()))) == wanted


@pytest.mark.parametrize(
    ("request_", "title"),
    [
        (
            MapRequest("text", "umap", settings=MapSettings(n_neighbours=15)),
            "UMAP, 15 neighbours, minimum distance 0.1, cosine, seed 0",
        ),
        (MapRequest("text", "tsne", seed=3), "t-SNE, perplexity 30, cosine, seed 3"),
        (MapRequest("text", "pca", settings=MapSettings(metric="euclidean")), "PCA, euclidean, seed 0"),
    ],
)
def test_the_title_has_method_and_settings(request_, title):
    assert request_.title == title


def test_a_sample_is_seeded_ascending_and_no_larger_than_there_is():
    rows = np.arange(100, 200)
    first = sample(rows, 20, 1)
    assert len(set(first.tolist())) == 20
    assert (np.diff(first) > 0).all()
    assert set(first.tolist()) <= set(rows.tolist())
    np.testing.assert_array_equal(first, sample(rows, 20, 1))
    assert first.tolist() != sample(rows, 20, 2).tolist()
    np.testing.assert_array_equal(sample(rows, 999, 0), rows)


def test_only_products_with_the_modality_and_inside_the_filter_can_be_drawn(bundle):
    present = bundle.present("fused")
    np.testing.assert_array_equal(available(bundle, "fused"), np.flatnonzero(present))
    inside = bundle.labels == 0
    np.testing.assert_array_equal(available(bundle, "fused", inside), np.flatnonzero(present & inside))


def test_a_map_of_some_rows_is_computed_and_measured(bundle):
    rows = sample(available(bundle, "fused"), 60, 0)
    stages = []
    own = recompute_map(
        bundle, MapRequest("fused", "pca", 3), rows, lambda stage, done, total: stages.append(stage)
    )
    assert own.coordinates.shape == (60, 3)
    assert 0.5 < own.quality.trustworthiness <= 1
    vectors = np.concatenate([bundle.features(side)[rows] for side in ("text", "image")], axis=1)
    expected = trustworthiness(vectors, own.coordinates, n_neighbors=10)
    assert own.quality.trust.mean() == pytest.approx(expected, abs=1e-4)
    assert stages[-1] == "quality"
    np.testing.assert_array_equal(own.rows, rows)


def test_only_products_on_the_map_have_coordinates_and_trust():
    quality = MapQuality(np.array([0.5, 1.0]), 1)
    own = OwnMap(MapRequest("text", "pca"), np.array([1, 3]), np.array([[1, 2], [3, 4]]), quality)
    nan = np.nan
    np.testing.assert_array_equal(own.among(own.coordinates, 4), [[nan, nan], [1, 2], [nan, nan], [3, 4]])
    np.testing.assert_array_equal(own.among(own.quality.trust, 4), [nan, 0.5, nan, 1.0])


def test_too_few_products_make_no_map(bundle):
    with pytest.raises(CoreError, match=f"a map needs {FEWEST} to 10,000 products, got 3"):
        recompute_map(bundle, MapRequest("text", "pca"), np.arange(3))


def test_progress_can_end_the_work(bundle):
    def stop(stage: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        recompute_map(bundle, MapRequest("text", "pca"), available(bundle, "text"), stop)

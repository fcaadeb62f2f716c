import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.common.errors import CoreError
from core.nearest.graph import graph_of
from core.projections.drawing import METHODS, parse_methods, project
from core.projections.prepared import prepare, principal_components
from core.projections.quality import quality
from core.projections.settings import MapSettings

DRAWN = ("tsne", "umap")


def clusters(n=240, d=12, groups=4, seed=0):
    """Vectors of length one around a few centres, and which centre each is of."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, groups, n)
    vectors = 3 * np.eye(d)[y] + rng.normal(scale=0.4, size=(n, d))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), y


@pytest.mark.parametrize("dims", [2, 3])
@pytest.mark.parametrize("method", METHODS)
def test_maps_keep_clusters_together(method, dims):
    vectors, y = clusters()
    coords = project(method, vectors, dims)
    assert coords.shape == (len(vectors), dims)
    assert coords.dtype == np.float32
    assert np.isfinite(coords).all()
    judged = quality(vectors, coords, y)
    assert judged.neighbour_accuracy > (0.8 if method == "pca" else 0.97)
    assert judged.rows == len(vectors)


@pytest.mark.parametrize("method", METHODS)
def test_a_seed_gives_one_map_prepared_or_not(method):
    vectors, _ = clusters(120)
    first = project(method, vectors, 2, seed=3)
    assert np.array_equal(first, project(method, prepare(vectors), 2, seed=3))


@pytest.mark.parametrize("method", DRAWN)
def test_another_seed_gives_another_map(method):
    vectors, _ = clusters(120)
    assert not np.array_equal(project(method, vectors, 2, seed=1), project(method, vectors, 2, seed=2))


@pytest.mark.parametrize("method", METHODS)
def test_repeated_rows_share_a_place_and_change_nothing_else(method):
    vectors, _ = clusters(100)
    again = np.concatenate([vectors, np.repeat(vectors[:1], 50, axis=0), vectors[5:20]])
    coords = project(method, again, 2)
    assert np.array_equal(coords[:100], project(method, vectors, 2))
    assert (coords[100:150] == coords[0]).all()
    assert np.array_equal(coords[150:], coords[5:20])


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize("dims", [2, 3])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("n", [0, 1, 2, 3, 5, 8, 10])
def test_a_few_rows_are_drawn(method, dims, n):
    vectors, y = clusters(10, d=6)
    coords = project(method, vectors[:n], dims)
    assert coords.shape == (n, dims)
    assert np.isfinite(coords).all()
    judged = quality(vectors[:n], coords, y[:n])
    assert 0 <= judged.trustworthiness <= 1


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "vectors",
    [
        np.zeros((30, 4)),
        np.ones((30, 4)),
        np.linspace(1, 2, 30)[:, None],
        np.column_stack([np.cos(np.linspace(0, 3, 40)), np.sin(np.linspace(0, 3, 40))]),
        np.eye(30),
        np.concatenate([np.zeros((20, 3)), np.eye(3)]),
    ],
    ids=["zeros", "constant", "one dimension", "two dimensions", "orthogonal", "mostly zeros"],
)
def test_degenerate_features_are_drawn(method, vectors):
    for dims in (2, 3):
        coords = project(method, vectors, dims)
        assert coords.shape == (len(vectors), dims)
        assert np.isfinite(coords).all()


def test_pca_is_that_of_scikit_learn_up_to_signs():
    from sklearn.decomposition import PCA

    rows = np.random.default_rng(0).normal(size=(80, 6)).astype(np.float32) * np.arange(1, 7)
    expected = PCA(3).fit_transform(rows)
    assert np.abs(principal_components(rows, 3)) == pytest.approx(np.abs(expected), abs=1e-4)


def test_components_beyond_the_features_are_zero():
    assert not principal_components(np.array([[1.0], [2.0], [4.0]]), 3)[:, 1:].any()


@pytest.mark.slow
def test_a_large_map_in_three_dimensions_is_drawn_from_a_sample():
    vectors, y = clusters(6000, d=24, groups=12)
    judged = quality(vectors, project("tsne", vectors, 3), y)
    assert judged.neighbour_accuracy > 0.97
    assert judged.trustworthiness > 0.85
    assert judged.rows == 3000


def test_quality_tells_a_map_from_noise():
    vectors, y = clusters(400)
    noise = np.random.default_rng(1).normal(size=(400, 2))
    bad, good = quality(vectors, noise, y), quality(vectors, vectors[:, :4], y)
    assert bad.trustworthiness < 0.65 < 0.9 < good.trustworthiness
    assert bad.neighbour_accuracy < 0.45 < 0.95 < good.neighbour_accuracy


def test_quality_takes_names_as_labels():
    vectors, y = clusters(60)
    names = np.array(["a", "b", "c", "d"], dtype=object)[y]
    assert quality(vectors, vectors[:, :2], names) == quality(vectors, vectors[:, :2], y)


def test_mistakes_are_told():
    vectors, y = clusters(20)
    with pytest.raises(CoreError, match=r"unknown projection 'mds': expected one of pca, tsne, umap"):
        project("mds", vectors, 2)
    with pytest.raises(ValueError, match="2 or 3 dimensions, got 4"):
        project("pca", vectors, 4)
    with pytest.raises(ValueError, match="finite"):
        project("pca", np.full((10, 3), np.nan), 2)
    with pytest.raises(ValueError, match="equal lengths"):
        quality(vectors, vectors[:10], y)


def test_nothing_heavy_is_imported_and_umap_comes_without_tensorflow():
    code = (
        "import sys, core.projections\n"
        "heavy = ('sklearn', 'umap', 'openTSNE', 'tensorflow', 'torch')\n"
        "assert not [name for name in heavy if name in sys.modules]\n"
        "import numpy as np\n"
        "core.projections.drawing.project('umap', np.random.default_rng(0).normal(size=(20, 4)), 2)\n"
        "assert 'umap' in sys.modules and 'tensorflow' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "ensorflow" not in done.stderr


class Stop(Exception):
    pass


def test_what_umap_compiles_is_kept_for_the_next_process():
    from umap import layouts, umap_

    project("umap", np.random.default_rng(0).normal(size=(30, 5)), 2)
    step = layouts._nb_optimize_layout_euclidean_single_epoch
    for function in (umap_.smooth_knn_dist, umap_.compute_membership_strengths, step):
        assert any(Path(function.stats.cache_path).glob(f"*{function.py_func.__name__}*.nbc"))


@pytest.mark.parametrize("dims", [2, 3])
@pytest.mark.parametrize(("method", "stage"), [("tsne", "t-SNE"), ("umap", "UMAP")])
def test_steps_are_told_and_change_nothing(method, stage, dims):
    vectors, _ = clusters(120)
    told = []
    coords = project(method, vectors, dims, progress=lambda *step: told.append(step))
    assert np.array_equal(coords, project(method, vectors, dims))
    assert told[0] == ("neighbours", 120, 120)
    assert {step[0] for step in told[1:]} == {stage}
    done, totals = [step[1] for step in told[1:]], {step[2] for step in told[1:]}
    assert done == sorted(done) and done[0] == 0
    assert totals == {done[-1]}
    assert len(done) > 3


@pytest.mark.parametrize("method", DRAWN)
def test_what_progress_raises_ends_the_work_and_the_rows_stay_fit(method):
    ready = prepare(clusters(120)[0])
    told = []

    def stop(stage, done, total):
        told.append(done)
        if done > 0 and stage != "neighbours":
            raise Stop

    with pytest.raises(Stop):
        project(method, ready, 2, progress=stop)
    assert 0 < told[-1] < 500
    assert np.array_equal(project(method, ready, 2), project(method, clusters(120)[0], 2))


@pytest.mark.parametrize(
    ("method", "settings"),
    [
        ("tsne", MapSettings(perplexity=5)),
        ("umap", MapSettings(n_neighbours=5)),
        ("umap", MapSettings(min_dist=0.9)),
        ("umap", MapSettings(metric="euclidean")),
    ],
)
def test_settings_change_the_maps_they_concern(method, settings):
    vectors, y = clusters(150)
    coords = project(method, vectors, 2, settings=settings)
    assert not np.array_equal(coords, project(method, vectors, 2))
    assert quality(vectors, coords, y).neighbour_accuracy > 0.9
    other = "umap" if method == "tsne" else "pca"
    if settings.metric == "cosine":
        assert np.array_equal(project(other, vectors, 2, settings=settings), project(other, vectors, 2))


def test_more_neighbours_than_rows_are_as_many_as_there_are():
    vectors, _ = clusters(20)
    most = MapSettings(perplexity=200, n_neighbours=200)
    for method in DRAWN:
        assert np.isfinite(project(method, vectors, 2, settings=most)).all()
    assert np.array_equal(project("tsne", vectors, 2, settings=most), project("tsne", vectors, 2))


def test_larger_perplexities_search_farther():
    ready = prepare(clusters(300)[0])
    project("tsne", ready, 2, settings=MapSettings(perplexity=60))
    assert ready.graph.nearest(180).indices.shape == (300, 180)


def test_length_counts_by_distance_only():
    vectors, _ = clusters(60)
    longer = vectors * np.linspace(1, 9, len(vectors))[:, None].astype(np.float32)
    by_distance = MapSettings(metric="euclidean")
    assert project("pca", longer, 2) == pytest.approx(project("pca", vectors, 2), abs=1e-5)
    assert not np.allclose(
        project("pca", longer, 2, settings=by_distance), project("pca", vectors, 2, settings=by_distance)
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"perplexity": 1}, "perplexity: expected a number from 2 to 200, got 1"),
        ({"perplexity": float("nan")}, "perplexity: expected a number from 2 to 200, got nan"),
        ({"perplexity": "30"}, "perplexity: expected a number from 2 to 200, got '30'"),
        ({"n_neighbours": 1}, "n_neighbours: expected a whole number from 2 to 200, got 1"),
        ({"n_neighbours": 7.5}, "n_neighbours: expected a whole number from 2 to 200, got 7.5"),
        ({"n_neighbours": True}, "n_neighbours: expected a whole number from 2 to 200, got True"),
        ({"min_dist": -0.1}, "min_dist: expected a number from 0 to 1, got -0.1"),
        ({"metric": "l1"}, "unknown metric 'l1': expected one of cosine, euclidean"),
    ],
)
def test_settings_outside_their_limits_are_told(given, said):
    with pytest.raises(CoreError, match=re.escape(said)):
        MapSettings(**given)


def test_numbers_of_numpy_are_settings():
    assert MapSettings(np.float32(5), np.int64(5), np.float64(0.5)) == MapSettings(5.0, 5, 0.5)


def test_a_graph_is_shared_and_must_fit_the_metric():
    vectors, _ = clusters(80)
    graph = graph_of(vectors)
    assert prepare(graph).graph is graph
    assert np.array_equal(project("umap", prepare(graph), 2), project("umap", vectors, 2))
    with pytest.raises(ValueError, match="expected rows prepared by euclidean, got cosine"):
        project("pca", prepare(graph), 2, settings=MapSettings(metric="euclidean"))


def test_names_of_methods_are_read_and_checked():
    assert parse_methods("all") == METHODS
    assert parse_methods("none") == ()
    assert parse_methods(" umap , pca,umap") == ("umap", "pca")
    with pytest.raises(CoreError, match="pca, tsne, umap"):
        parse_methods("pca,som")

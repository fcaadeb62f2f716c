import numpy as np
import pytest

from core.common.errors import CoreError
from core.projections.drawing import METHODS, parse_methods, project
from core.projections.prepared import prepare
from core.projections.quality import quality
from core.projections.settings import MapSettings
from tests.projections.clusters import clusters

DRAWN = ("tsne", "umap")
CIRCLE = np.column_stack([np.cos(np.linspace(0, 3, 40)), np.sin(np.linspace(0, 3, 40))])
LINE = np.linspace(1, 2, 30)[:, None]


@pytest.mark.parametrize("dims", [2, 3])
@pytest.mark.parametrize("method", METHODS)
def test_maps_keep_clusters_together(method, dims):
    vectors, y = clusters()
    coords = project(method, vectors, dims)
    assert coords.shape == (len(vectors), dims)
    assert coords.dtype == np.float32
    assert np.isfinite(coords).all()
    measured = quality(vectors, coords, y)
    assert measured.neighbour_accuracy > (0.8 if method == "pca" else 0.97)
    assert measured.trust.shape == (len(vectors),)


@pytest.mark.parametrize("method", METHODS)
def test_a_seed_gives_the_same_map_prepared_or_not(method):
    vectors, _ = clusters(120)
    first = project(method, vectors, 2, seed=3)
    assert np.array_equal(first, project(method, prepare(vectors), 2, seed=3))


@pytest.mark.parametrize("method", DRAWN)
def test_another_seed_gives_another_map(method):
    vectors, _ = clusters(120)
    assert not np.array_equal(project(method, vectors, 2, seed=1), project(method, vectors, 2, seed=2))


@pytest.mark.parametrize("method", METHODS)
def test_repeated_rows_have_equal_coordinates_and_change_nothing_else(method):
    vectors, _ = clusters(100)
    again = np.concatenate([vectors, np.repeat(vectors[:1], 50, axis=0), vectors[5:20]])
    coords = project(method, again, 2)
    assert np.array_equal(coords[:100], project(method, vectors, 2))
    assert (coords[100:150] == coords[0]).all()
    assert np.array_equal(coords[150:], coords[5:20])


# With fewer than 8 unique rows every method draws PCA: method and dimensions are sampled pairwise.
@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize(
    ("n", "method", "dims"),
    [
        (0, "tsne", 2), (1, "umap", 3), (2, "pca", 2), (3, "tsne", 3), (5, "umap", 2), (7, "tsne", 2),
        (8, "tsne", 2), (8, "umap", 3), (10, "tsne", 3), (10, "umap", 2), (10, "pca", 3),
    ],
)  # fmt: skip
def test_maps_of_a_few_rows(n, method, dims):
    vectors, y = clusters(10, d=6)
    coords = project(method, vectors[:n], dims)
    assert coords.shape == (n, dims)
    assert np.isfinite(coords).all()
    assert 0 <= quality(vectors[:n], coords, y[:n]).trustworthiness <= 1


@pytest.mark.parametrize(
    ("vectors", "method", "dims", "metric"),
    [
        (np.zeros((30, 4)), "umap", 2, "cosine"),
        (np.ones((30, 4)), "tsne", 3, "cosine"),
        (np.concatenate([np.zeros((20, 3)), np.eye(3)]), "umap", 3, "cosine"),
        (LINE, "pca", 2, "cosine"),
        (LINE, "pca", 3, "euclidean"),
        (LINE, "tsne", 2, "euclidean"),
        (LINE, "umap", 3, "euclidean"),
        (CIRCLE, "tsne", 3, "cosine"),
        (CIRCLE, "umap", 2, "euclidean"),
        (np.eye(30), "tsne", 2, "euclidean"),
        (np.eye(30), "umap", 3, "cosine"),
    ],
    ids=lambda value: f"{value.shape[0]}x{value.shape[1]}" if isinstance(value, np.ndarray) else None,
)
def test_maps_of_degenerate_features(vectors, method, dims, metric):
    coords = project(method, vectors, dims, settings=MapSettings(metric=metric))
    assert coords.shape == (len(vectors), dims)
    assert np.isfinite(coords).all()


def test_bad_input_is_refused():
    vectors, _ = clusters(20)
    with pytest.raises(CoreError, match=r"unknown projection 'mds': expected one of pca, tsne, umap"):
        project("mds", vectors, 2)
    with pytest.raises(ValueError, match="2 or 3 dimensions, got 4"):
        project("pca", vectors, 4)
    with pytest.raises(ValueError, match="finite"):
        project("pca", np.full((10, 3), np.nan), 2)


class Stop(Exception):
    pass


@pytest.mark.parametrize(("method", "stage", "dims"), [("tsne", "t-SNE", 2), ("umap", "UMAP", 3)])
def test_progress_reports_steps_and_does_not_change_the_map(method, stage, dims):
    vectors, _ = clusters(120)
    calls = []
    coords = project(method, vectors, dims, progress=lambda *step: calls.append(step))
    assert np.array_equal(coords, project(method, vectors, dims))
    assert calls[0] == ("neighbours", 120, 120)
    assert {step[0] for step in calls[1:]} == {stage}
    done, totals = [step[1] for step in calls[1:]], {step[2] for step in calls[1:]}
    assert done == sorted(done) and done[0] == 0
    assert totals == {done[-1]}
    assert len(done) > 3


@pytest.mark.parametrize("method", DRAWN)
def test_progress_can_cancel_and_prepared_rows_can_be_used_again(method):
    ready = prepare(clusters(120)[0])
    calls = []

    def stop(stage, done, total):
        calls.append(done)
        if done > 0 and stage != "neighbours":
            raise Stop

    with pytest.raises(Stop):
        project(method, ready, 2, progress=stop)
    assert 0 < calls[-1] < 500
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
def test_a_setting_changes_the_map_of_its_method(method, settings):
    vectors, y = clusters(150)
    coords = project(method, vectors, 2, settings=settings)
    assert not np.array_equal(coords, project(method, vectors, 2))
    assert quality(vectors, coords, y).neighbour_accuracy > 0.9


@pytest.mark.parametrize(
    ("method", "settings"),
    [
        ("tsne", MapSettings(n_neighbours=5, min_dist=0.9)),
        ("umap", MapSettings(perplexity=5)),
        ("pca", MapSettings(perplexity=5, n_neighbours=5, min_dist=0.9)),
    ],
)
def test_a_setting_does_not_change_the_maps_of_other_methods(method, settings):
    vectors, _ = clusters(150)
    assert np.array_equal(project(method, vectors, 2, settings=settings), project(method, vectors, 2))


def test_more_neighbours_than_rows():
    vectors, _ = clusters(20)
    most = MapSettings(perplexity=200, n_neighbours=200)
    for method in DRAWN:
        assert np.isfinite(project(method, vectors, 2, settings=most)).all()
    assert np.array_equal(project("tsne", vectors, 2, settings=most), project("tsne", vectors, 2))


def test_only_distances_depend_on_the_length_of_rows():
    vectors, _ = clusters(60)
    longer = vectors * np.linspace(1, 9, len(vectors))[:, None].astype(np.float32)
    by_distance = MapSettings(metric="euclidean")
    assert project("pca", longer, 2) == pytest.approx(project("pca", vectors, 2), abs=1e-5)
    assert not np.allclose(
        project("pca", longer, 2, settings=by_distance), project("pca", vectors, 2, settings=by_distance)
    )


def test_names_of_methods_are_read_and_checked():
    assert parse_methods("all") == METHODS
    assert parse_methods("none") == ()
    assert parse_methods(" umap , pca,umap") == ("umap", "pca")
    with pytest.raises(CoreError, match="pca, tsne, umap"):
        parse_methods("pca,som")

import numpy as np
import pytest

from core.nearest.graph import graph_of
from core.projections.drawing import count_placed, drawn_graph, project
from core.projections.landmarks import NEAREST, choose_landmarks
from core.projections.prepared import prepare
from core.projections.quality import quality
from core.projections.settings import MapSettings
from tests.projections.clusters import clusters

DRAWN = ("tsne", "umap")


class Stop(Exception):
    pass


def test_landmarks_and_the_others_are_all_rows_and_a_seed_chooses_the_same():
    graph = graph_of(clusters(1500)[0])
    first, again, other = (choose_landmarks(graph, 200, seed) for seed in (3, 3, 4))
    assert len(first.numbers) == len(set(first.numbers.tolist())) == 200
    assert np.array_equal(np.sort(np.concatenate([first.numbers, first.others])), np.arange(1500))
    assert np.array_equal(first.graph.rows, graph.rows[first.numbers])
    assert np.array_equal(first.numbers, again.numbers)
    assert not np.array_equal(first.numbers, other.numbers)


def test_every_region_has_about_its_share_of_landmarks():
    vectors, y = clusters(4000, d=40, groups=40)
    graph = graph_of(vectors)
    region = np.empty(len(graph.rows), dtype=int)
    region[graph.places] = y
    counts = np.bincount(region[choose_landmarks(graph, 400, 0).numbers], minlength=40)
    assert counts.min() > 0
    assert counts.sum() == 400
    assert counts.max() < 25  # 10 are expected


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_the_others_know_their_nearest_landmarks(metric):
    graph = graph_of(clusters(300)[0], metric=metric)
    found = choose_landmarks(graph, 50, 0)
    away = np.linalg.norm(graph.rows[found.others][:, None] - found.graph.rows, axis=2)
    assert found.nearest.distance == pytest.approx(np.sort(away, axis=1)[:, :NEAREST], abs=1e-5)


@pytest.mark.parametrize("method", DRAWN)
def test_clusters_stay_together_on_a_map_of_landmarks(method):
    vectors, y = clusters(3000, d=24, groups=12)
    coords = project(method, vectors, 2, landmarks=300)
    assert coords.shape == (3000, 2)
    assert coords.dtype == np.float32
    assert np.isfinite(coords).all()
    measured = quality(vectors, coords, y)
    assert measured.neighbour_accuracy > 0.97
    assert measured.trustworthiness > 0.8


def test_the_landmarks_of_a_map_are_where_they_would_be_alone():
    ready = prepare(clusters(1200)[0])
    coords = project("umap", ready, 2, landmarks=300)
    chosen = ready.landmarks(300, 0)
    alone = project("umap", prepare(chosen.graph), 2)
    row_of = np.unique(ready.places, return_index=True)[1]
    assert np.array_equal(coords[row_of[chosen.numbers]], alone)
    assert drawn_graph("umap", ready, landmarks=300) is chosen.graph


def test_repeated_rows_have_equal_coordinates_and_count_as_placed():
    vectors, _ = clusters(400)
    again = np.concatenate([vectors, vectors[:100]])
    coords = project("umap", again, 2, landmarks=100)
    assert np.array_equal(coords[400:], coords[:100])
    ready = prepare(again)
    others = set(ready.landmarks(100, 0).others.tolist())
    assert count_placed("umap", ready, landmarks=100) == sum(each in others for each in ready.places.tolist())
    assert count_placed("umap", ready, landmarks=400) == 0
    assert count_placed("pca", ready, landmarks=100) == 0


def test_pca_and_small_maps_are_drawn_of_all_rows():
    vectors, _ = clusters(100)
    assert np.array_equal(project("pca", vectors, 2, landmarks=50), project("pca", vectors, 2))
    assert np.array_equal(project("umap", vectors, 2, landmarks=100), project("umap", vectors, 2))


@pytest.mark.parametrize("method", DRAWN)
def test_progress_tells_how_many_are_placed_and_does_not_change_the_map(method):
    vectors, _ = clusters(600)
    calls = []
    coords = project(method, vectors, 2, landmarks=100, progress=lambda *step: calls.append(step))
    assert np.array_equal(coords, project(method, vectors, 2, landmarks=100))
    placed = [done for stage, done, total in calls if stage == "placing" and total == 500]
    assert placed == sorted(placed) and placed[-1] == 500 and len(placed) > 1
    assert ("neighbours", 100, 100) in calls


@pytest.mark.parametrize("stage", ["placing", "UMAP"])
def test_progress_can_cancel_and_prepared_rows_can_be_used_again(stage):
    ready = prepare(clusters(600)[0])

    def stop(now, done, total):
        if now == stage:
            raise Stop

    with pytest.raises(Stop):
        project("umap", ready, 2, landmarks=200, progress=stop)
    assert np.isfinite(project("umap", ready, 2, landmarks=200)).all()


def test_three_dimensions_and_distances():
    vectors, y = clusters(1000)
    by_distance = MapSettings(metric="euclidean")
    coords = project("umap", 3 * vectors, 3, landmarks=250, settings=by_distance)
    assert coords.shape == (1000, 3)
    assert quality(vectors, coords, y).neighbour_accuracy > 0.97

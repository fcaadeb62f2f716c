import numpy as np
import pytest

from core.building.build import build_bundle
from core.building.options import BuildOptions
from core.catalogue.reading import read_catalogue
from core.common.errors import CoreError
from core.nearest import graph as graph_module
from core.nearest.exact import EuclideanNeighbours, Neighbours, nearest
from core.nearest.graph import graph_of
from tests import tiny
from tests.nearest.test_cells import clustered


def vectors(n=60, d=6, seed=0):
    return np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32)


@pytest.fixture
def searches(monkeypatch):
    """The k of every search by cosine."""
    ks = []

    def counted(rows, k, *args, **kwargs):
        ks.append(k)
        return nearest(rows, k, *args, **kwargs)

    monkeypatch.setattr(graph_module, "nearest", counted)
    return ks


def test_repeated_rows_count_as_one():
    rows = vectors(5)
    graph = graph_of(np.concatenate([rows, 4 * rows[1:2], rows[4:]]))
    assert graph.rows.shape == (5, 6)
    assert np.linalg.norm(graph.rows, axis=1) == pytest.approx(1)
    assert graph.places[5] == graph.places[1]
    assert graph.places[6] == graph.places[4]
    assert graph.rows[graph.places[:5]] == pytest.approx(rows / np.linalg.norm(rows, axis=1, keepdims=True))


def test_by_distance_rows_of_another_length_are_different():
    rows = vectors(5)
    graph = graph_of(np.concatenate([rows, 3 * rows[1:2]]), metric="euclidean")
    assert len(graph.rows) == 6
    assert np.array_equal(graph.rows[graph.places[:5]], rows)
    assert isinstance(graph.nearest(2), EuclideanNeighbours)
    assert isinstance(graph_of(rows).nearest(2), Neighbours)


def test_neighbours_are_searched_for_once(searches):
    graph = graph_of(vectors(), reach=12)
    ten, three = graph.nearest(10), graph.nearest(3)
    assert searches == [12]
    assert ten.indices.shape == (60, 10)
    assert np.array_equal(ten.indices[:, :3], three.indices)
    assert np.array_equal(graph.nearest(20).indices[:, :10], ten.indices)
    assert searches == [12, 20]


def test_a_search_for_more_than_there_are_is_not_repeated(searches):
    graph = graph_of(vectors(8))
    assert graph.nearest(50).indices.shape == (8, 7)
    assert graph.nearest(200).indices.shape == (8, 7)
    assert len(searches) == 1


def test_progress_is_reported_only_while_searching():
    calls = []
    graph = graph_of(vectors())
    for _ in range(2):
        graph.nearest(5, lambda *step: calls.append(step))
    assert calls == [("neighbours", 60, 60)]


def test_a_cancelled_search_can_be_repeated():
    def stop(stage, done, total):
        raise InterruptedError

    graph = graph_of(vectors())
    with pytest.raises(InterruptedError):
        graph.nearest(5, stop)
    assert graph.nearest(5).indices.shape == (60, 5)


def test_bad_input_is_refused():
    with pytest.raises(CoreError, match="unknown metric 'manhattan': expected one of cosine, euclidean"):
        graph_of(vectors(), metric="manhattan")
    with pytest.raises(ValueError, match=r"expected vectors \(n, d\), got \(3,\)"):
        graph_of(np.ones(3))
    with pytest.raises(ValueError, match="finite"):
        graph_of(np.full((3, 2), np.inf))


def test_a_build_searches_each_modality_once_for_faults_and_maps(tmp_path, searches):
    tiny.register_tiny_encoders()
    catalogue = read_catalogue(tiny.write_catalogue(tmp_path / "data", per_class=12), "csv", minimum=5)
    encoders = {"text": tiny.TinyText(), "image": tiny.TinyImage()}
    for methods, expected in ((("pca", "tsne"), [90, 90, 90]), ((), [10, 10])):
        searches.clear()
        options = BuildOptions(heads=("logistic_regression",), methods=methods)
        build_bundle(catalogue, encoders, tmp_path / "artifacts" / f"maps{len(methods)}", options)
        assert searches == expected


def test_beyond_a_size_neighbours_are_approximate_and_their_recall_is_known(monkeypatch):
    rows = clustered(4000)
    graph = graph_of(rows, reach=15)
    assert graph.recall is None
    true = graph.nearest(15).indices
    assert graph.recall is None
    monkeypatch.setattr(graph_module, "EXACT_UP_TO", 1000)
    large = graph_of(np.concatenate([rows, rows[:500], 2 * rows[:100]]), reach=15)
    assert len(large.rows) == 4000
    found = large.nearest(15).indices
    assert large.recall.at == 15 and large.recall.share > 0.95
    assert (found[:, :, None] == true[:, None]).any(axis=2).mean() > 0.95
    assert large.nearest(3).indices.tolist() == found[:, :3].tolist()


def test_by_distance_as_well(monkeypatch):
    monkeypatch.setattr(graph_module, "EXACT_UP_TO", 1000)
    graph = graph_of(2 * clustered(1500), metric="euclidean")
    assert isinstance(graph.nearest(5), EuclideanNeighbours)
    assert graph.recall.share > 0.95

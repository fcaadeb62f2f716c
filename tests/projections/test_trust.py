import numpy as np
import pytest
from sklearn.manifold import trustworthiness

from core.projections import trust
from core.projections.prepared import prepare
from tests.projections.clusters import clusters


def local_trustworthiness(vectors, coords: np.ndarray, seed: int = 0) -> np.ndarray:
    """Trust of the points of one map."""
    return trust.local_trustworthiness(vectors, [coords], seed)[0]


def by_hand(vectors: np.ndarray, coords: np.ndarray, among: np.ndarray, row: int, k: int = 10) -> float:
    """Venna and Kaski's formula for one row, by sorting all the others."""
    others = among[among != row]
    size = len(others) + 1
    on_map = others[np.argsort(np.linalg.norm(coords[others] - coords[row], axis=1), kind="stable")][:k]
    in_space = others[np.argsort(-(vectors[others] @ vectors[row]), kind="stable")].tolist()
    excess = sum(max(0, in_space.index(other) + 1 - k) for other in on_map.tolist())
    return 1 - 2 / (k * (2 * size - 3 * k - 1)) * excess


@pytest.mark.parametrize("dims", [2, 3])
@pytest.mark.parametrize("good", [True, False])
def test_the_mean_is_the_trustworthiness_of_scikit_learn(dims, good):
    vectors, _ = clusters(300)
    noise = np.random.default_rng(1).normal(size=(300, dims))
    coords = vectors[:, :dims] + 0.01 * noise if good else noise
    local = local_trustworthiness(vectors, coords)
    assert local.shape == (300,)
    assert local.dtype == np.float32
    assert local.mean() == pytest.approx(trustworthiness(vectors, coords, n_neighbors=10), abs=1e-5)


def test_each_row_has_what_the_formula_says():
    vectors, _ = clusters(120)
    coords = vectors[:, :2] + np.random.default_rng(2).normal(scale=0.2, size=(120, 2))
    expected = [by_hand(vectors, coords, np.arange(120), row) for row in range(120)]
    # Cosines that are equal but for rounding share a rank here, and follow each other there.
    np.testing.assert_allclose(local_trustworthiness(vectors, coords), expected, atol=0.002)


def test_in_a_larger_catalogue_neighbours_are_looked_for_in_a_sample(monkeypatch):
    monkeypatch.setattr(trust, "SAMPLE", 80)
    monkeypatch.setattr(trust, "_BLOCK", 32)
    vectors, _ = clusters(200)
    coords = vectors[:, :2] + np.random.default_rng(3).normal(scale=0.2, size=(200, 2))
    among = trust.sample_rows(200, seed=5)
    assert len(set(among.tolist())) == 80
    expected = [by_hand(vectors, coords, among, row) for row in range(200)]
    np.testing.assert_allclose(local_trustworthiness(vectors, coords, seed=5), expected, atol=0.003)


def test_a_product_in_the_wrong_place_stands_out():
    vectors, y = clusters(200)
    centres = 10 * np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    coords = centres[y] + np.random.default_rng(4).normal(scale=0.1, size=(200, 2))
    coords[7] = centres[(y[7] + 1) % 4]
    local = local_trustworthiness(vectors, coords)
    assert local.argmin() == 7
    assert local[7] < 0.75
    assert np.delete(local, 7).min() > 0.8


def test_extremes():
    ends = np.linspace(0, np.pi / 2, 40)
    vectors = np.stack([np.cos(ends), np.sin(ends)], axis=1)
    line = np.stack([ends, np.zeros(40)], axis=1)
    assert local_trustworthiness(vectors, line)[[0, 20, 39]].tolist() == [1, 1, 1]
    turned = line.copy()
    turned[0] = line[39] + 1  # beyond the farthest
    assert local_trustworthiness(vectors, turned)[0] == pytest.approx(0, abs=1e-6)


def test_repeated_rows_in_one_place_trust_each_other():
    vectors, _ = clusters(30)
    repeated = np.repeat(vectors, 4, axis=0)
    local = local_trustworthiness(repeated, np.repeat(vectors[:, :2], 4, axis=0))
    assert np.isfinite(local).all()
    assert (local >= 0).all() and (local <= 1).all()
    same = np.repeat(vectors[:1], 50, axis=0)
    assert local_trustworthiness(same, np.zeros((50, 2))).tolist() == [1] * 50


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 5])
def test_few_rows(rows):
    local = local_trustworthiness(np.eye(6)[:rows], np.arange(2.0 * rows).reshape(rows, 2))
    assert local.shape == (rows,)
    assert (local >= 0).all() and (local <= 1).all()


def test_arrays_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="equal lengths, got 4 and 3"):
        local_trustworthiness(np.eye(4), np.zeros((3, 2)))


def test_the_work_grows_with_the_rows_and_not_with_their_square(monkeypatch):
    products = 0

    def counted(vectors: np.ndarray) -> np.ndarray:
        nonlocal products
        products += len(vectors)
        return vectors

    monkeypatch.setattr(trust, "SAMPLE", 50)
    monkeypatch.setattr(trust, "unit", counted)
    vectors, _ = clusters(1000)
    local_trustworthiness(vectors, vectors[:, :2])
    assert products == 1000 + 50


def test_maps_of_the_same_rows_are_measured_together_as_alone(monkeypatch):
    monkeypatch.setattr(trust, "SAMPLE", 60)
    vectors, _ = clusters(150)
    maps = [vectors[:, :2], vectors[:, :3], np.random.default_rng(6).normal(size=(150, 2))]
    together = trust.local_trustworthiness(vectors, maps, seed=2)
    alone = [local_trustworthiness(vectors, coords, seed=2) for coords in maps]
    np.testing.assert_array_equal(together, alone)


def test_prepared_rows_are_measured_like_their_vectors():
    vectors, _ = clusters(80)
    again = np.concatenate([3 * vectors, vectors[:20]])
    np.testing.assert_array_equal(
        local_trustworthiness(prepare(again), again[:, :2]), local_trustworthiness(again, again[:, :2])
    )

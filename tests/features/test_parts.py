import numpy as np

from core.features.parts import PartsProjection


def test_parts_are_reduced_to_their_principal_components():
    from sklearn.decomposition import PCA

    parts = np.random.default_rng(0).normal(size=(40, 3, 6)).astype(np.float32) * [5, 4, 3, 2, 1, 0.1]
    parts[0, 2] = 0
    unit = PartsProjection.whole(3, 6).reduced(parts)
    np.testing.assert_allclose(np.linalg.norm(unit[1:], axis=2), 1, atol=1e-6)
    fitted = PartsProjection.fit(unit, width=2)
    reduced = fitted.reduced(parts)
    assert reduced.shape == (40, 3, 2)
    assert not reduced[0, 2].any()
    rows = unit.reshape(-1, 6)[unit.reshape(-1, 6).any(axis=1)]
    expected = PCA(2).fit(rows).transform(unit[1])
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    np.testing.assert_allclose(np.abs(reduced[1]), np.abs(expected), atol=1e-4)
    assert fitted.identity != PartsProjection.fit(unit, width=3).identity


def test_an_item_with_fewer_parts_has_zeros_behind_them():
    reduced = PartsProjection.whole(4, 2).reduced(np.ones((1, 1, 2), np.float32))
    assert reduced[0].any(axis=1).tolist() == [True, False, False, False]

import numpy as np
import pytest

from core.evaluation.strangeness.prototypes import (
    LEAST_SPREAD,
    MOST,
    PRODUCTS_EACH,
    Prototypes,
    fit_prototypes,
)
from tests.evaluation.strangeness.clusters import around, categories, centres, unit


def test_similarities_by_hand():
    prototypes = Prototypes(
        vectors=np.array([[1, 0], [0, 1]], dtype=np.float32),
        categories=np.array([3, 7]),
        means=np.array([0.9, 0.7], dtype=np.float32),
        spreads=np.array([0.05, 0.1], dtype=np.float32),
    )
    similar = prototypes.similarities(np.array([[0.6, 0.8], [-1, 0]], dtype=np.float32))
    assert similar == pytest.approx(np.array([[0.6, 0.8], [-1, 0]]))
    assert prototypes.relative(similar) == pytest.approx(np.array([[-6, 1], [-38, -7]]), rel=1e-5)


def test_two_kinds_of_products_in_one_category_have_a_prototype_each():
    kinds = centres(3)
    vectors = np.concatenate([around(kinds[0], 5, 0), around(kinds[1], 5, 1), around(kinds[2], 4, 2)])
    prototypes = fit_prototypes(vectors, np.repeat([0, 5], [10, 4]))
    assert prototypes.categories.tolist() == [0, 0, 5]
    nearest = prototypes.similarities(unit(kinds[:3])).argmax(axis=1)
    assert sorted(nearest.tolist()) == [0, 1, 2] and nearest[2] == 2
    own = vectors[:5] @ prototypes.vectors[nearest[0]]
    assert prototypes.means[nearest[0]] == pytest.approx(own.mean(), abs=1e-5)
    assert prototypes.spreads[nearest[0]] == pytest.approx(max(own.std(), LEAST_SPREAD), abs=1e-5)


def test_no_prototype_shows_a_single_product():
    vectors, labels = categories(4, each=2 * PRODUCTS_EACH - 1)
    prototypes = fit_prototypes(vectors, labels)
    assert prototypes.categories.tolist() == [0, 1, 2, 3]  # nine products: one prototype
    assert (prototypes.similarities(vectors) < 0.999).all()


def test_the_prototypes_of_a_large_category_are_few():
    vectors = unit(np.random.default_rng(0).normal(size=(400, 24)))
    assert len(fit_prototypes(vectors, np.zeros(400, dtype=np.int64)).vectors) == MOST


def test_equal_products_are_one():
    vectors = np.repeat(around(centres(1)[0], 3), 20, axis=0)  # three products, listed twenty times
    prototypes = fit_prototypes(vectors, np.zeros(60, dtype=np.int64))
    assert len(prototypes.vectors) == 1
    assert prototypes.spreads.tolist() == pytest.approx([LEAST_SPREAD])


def test_prototypes_are_as_they_are_stored():
    vectors, labels = categories(3)
    prototypes = fit_prototypes(vectors, labels)
    assert prototypes.vectors.dtype == np.float32
    assert (prototypes.vectors == prototypes.vectors.astype(np.float16)).all()
    again = fit_prototypes(vectors, labels)
    assert (again.vectors == prototypes.vectors).all() and (again.spreads == prototypes.spreads).all()

import numpy as np
import pytest

from core.projections.quality import quality
from tests.projections.clusters import clusters


def test_quality_tells_a_map_from_noise():
    vectors, y = clusters(400)
    noise = np.random.default_rng(1).normal(size=(400, 2))
    bad, good = quality(vectors, noise, y), quality(vectors, vectors[:, :4], y)
    assert bad.trustworthiness < 0.65 < 0.9 < good.trustworthiness
    assert bad.neighbour_accuracy < 0.45 < 0.95 < good.neighbour_accuracy


def test_categories_may_be_names():
    vectors, y = clusters(60)
    names = np.array(["a", "b", "c", "d"], dtype=object)[y]
    assert quality(vectors, vectors[:, :2], names) == quality(vectors, vectors[:, :2], y)


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_fewer_than_three_rows_have_perfect_quality(rows):
    measured = quality(np.eye(4)[:rows], np.zeros((rows, 2)), np.arange(rows))
    assert (measured.trustworthiness, measured.neighbour_accuracy, measured.rows) == (1, 1, rows)


def test_arrays_of_different_lengths_are_refused():
    vectors, y = clusters(20)
    with pytest.raises(ValueError, match="equal lengths"):
        quality(vectors, vectors[:10], y)

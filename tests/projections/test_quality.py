import numpy as np
import pytest

from core.projections.quality import neighbour_accuracy, qualities, quality
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
    assert neighbour_accuracy(vectors[:, :2], names) == neighbour_accuracy(vectors[:, :2], y)


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_fewer_than_three_rows_have_perfect_quality(rows):
    measured = quality(np.eye(4)[:rows], np.zeros((rows, 2)), np.arange(rows))
    assert (measured.trustworthiness, measured.neighbour_accuracy) == (1, 1)
    assert measured.trust.tolist() == [1] * rows


def test_the_trustworthiness_of_a_map_is_the_mean_of_its_points():
    vectors, y = clusters(90)
    measured = quality(vectors, vectors[:, :2], y)
    assert measured.trustworthiness == pytest.approx(float(np.mean(measured.trust)))


def test_arrays_of_different_lengths_are_refused():
    vectors, y = clusters(20)
    with pytest.raises(ValueError, match="equal lengths"):
        quality(vectors, vectors[:10], y)
    with pytest.raises(ValueError, match="equal lengths"):
        quality(vectors, vectors, y[:10])


def test_maps_of_the_same_rows_are_measured_together_as_alone():
    vectors, y = clusters(120)
    maps = [vectors[:, :2], vectors[:, :3]]
    for together, coords in zip(qualities(vectors, maps, y), maps, strict=True):
        alone = quality(vectors, coords, y)
        assert together.neighbour_accuracy == alone.neighbour_accuracy
        np.testing.assert_array_equal(together.trust, alone.trust)

import numpy as np
import pytest

from core.faults.outliers import find_outliers
from core.faults.product_neighbours import find_neighbours


def blobs(seed=0, each=40, d=16):
    """Two tight clusters, a category each."""
    rng = np.random.default_rng(seed)
    y = np.repeat([0, 1], each)
    vectors = np.eye(d)[y] + rng.normal(scale=0.05, size=(len(y), d))
    return vectors.astype(np.float32), y


def test_a_product_unlike_all_others_is_far_out():
    vectors, y = blobs()
    vectors[7] = np.eye(16)[9]
    outliers = find_outliers(y, {"text": find_neighbours(vectors, np.ones(80, bool))})
    assert np.flatnonzero(outliers.is_issue).tolist() == [7]
    assert np.nanargmax(outliers.score) == 7
    assert outliers.score[7] > 0.8
    assert outliers.percentile[7] == pytest.approx(100 * 39 / 40)
    assert outliers.modalities["text"].tolist() == outliers.is_issue.tolist()
    assert (outliers.outside | ~outliers.is_issue).all()


def test_distances_are_compared_with_those_of_the_category():
    rng = np.random.default_rng(1)
    y = np.repeat([0, 1], 40)
    spread = np.where(y == 0, 0.02, 0.5)[:, None]
    vectors = np.eye(30)[y] + rng.normal(size=(80, 30)) * spread
    vectors[3] = np.eye(30)[0] + rng.normal(size=30) * 0.15
    outliers = find_outliers(y, {"image": find_neighbours(vectors, np.ones(80, bool))})
    assert outliers.is_issue[3]
    assert not outliers.is_issue[y == 1].any()


def test_far_in_one_modality_is_enough_and_missing_ones_do_not_count():
    vectors, y = blobs()
    images, _ = blobs(seed=5)
    vectors[7] = images[50] = np.eye(16)[9]
    has_image = np.arange(80) != 7
    neighbours = {
        "text": find_neighbours(vectors, np.ones(80, bool)),
        "image": find_neighbours(images, has_image),
    }
    outliers = find_outliers(y, neighbours)
    assert np.flatnonzero(outliers.modalities["text"]).tolist() == [7]
    assert np.flatnonzero(outliers.modalities["image"]).tolist() == [50]
    assert np.flatnonzero(outliers.is_issue).tolist() == [7, 50]
    alone = find_outliers(y, {"text": neighbours["text"]})
    assert outliers.score[7] == pytest.approx(alone.score[7])
    by_image = find_outliers(y, {"image": neighbours["image"]})
    assert outliers.score[50] == pytest.approx((alone.score[50] + by_image.score[50]) / 2)


def test_a_small_category_is_compared_with_the_whole_catalogue():
    vectors, y = blobs()
    y[5] = 2
    outliers = find_outliers(y, {"text": find_neighbours(vectors, np.ones(80, bool))})
    assert not outliers.is_issue[5]
    assert outliers.percentile[5] == 0
    vectors[5] = np.eye(16)[9]
    assert find_outliers(y, {"text": find_neighbours(vectors, np.ones(80, bool))}).is_issue[5]


def test_products_with_nothing_to_compare_are_not_judged():
    alone = find_outliers(np.array([0]), {"text": find_neighbours(np.ones((1, 3)), np.ones(1, bool))})
    assert np.isnan(alone.score).all() and not alone.is_issue.any()
    copies = find_outliers(np.zeros(5, int), {"text": find_neighbours(np.ones((5, 3)), np.ones(5, bool))})
    assert np.isnan(copies.score).all() and not copies.outside.any()
    absent = find_outliers(np.zeros(4, int), {"image": find_neighbours(np.eye(4), np.zeros(4, bool))})
    assert np.isnan(absent.percentile).all()


def test_equally_distant_products_are_no_outliers():
    outliers = find_outliers(np.zeros(30, int), {"text": find_neighbours(np.eye(30), np.ones(30, bool))})
    assert not outliers.is_issue.any() and not outliers.outside.any()
    assert outliers.score == pytest.approx(0)


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="one modality or more"):
        find_outliers(np.zeros(3, int), {})
    with pytest.raises(ValueError, match=r"of 3 rows, got {'text': 2}"):
        find_outliers(np.zeros(3, int), {"text": find_neighbours(np.eye(2), np.ones(2, bool))})

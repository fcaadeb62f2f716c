import numpy as np
import pytest

from core.faults.near import near
from core.faults.outliers import find_outliers


def blobs(seed=0, each=40, d=16):
    """Two tight classes."""
    rng = np.random.default_rng(seed)
    y = np.repeat([0, 1], each)
    vectors = np.eye(d)[y] + rng.normal(scale=0.05, size=(len(y), d))
    return vectors.astype(np.float32), y


def test_a_stranger_is_far_out():
    vectors, y = blobs()
    vectors[7] = np.eye(16)[9]
    found = find_outliers(y, {"text": near(vectors, np.ones(80, bool))})
    assert np.flatnonzero(found.is_issue).tolist() == [7]
    assert np.nanargmax(found.score) == 7
    assert found.score[7] > 0.8
    assert found.percentile[7] == pytest.approx(100 * 39 / 40)
    assert found.modalities["text"].tolist() == found.is_issue.tolist()
    assert (found.outside | ~found.is_issue).all()


def test_distance_goes_by_what_is_usual_in_the_class():
    rng = np.random.default_rng(1)
    y = np.repeat([0, 1], 40)
    spread = np.where(y == 0, 0.02, 0.5)[:, None]
    vectors = np.eye(30)[y] + rng.normal(size=(80, 30)) * spread
    vectors[3] = np.eye(30)[0] + rng.normal(size=30) * 0.15
    found = find_outliers(y, {"image": near(vectors, np.ones(80, bool))})
    assert found.is_issue[3]
    assert not found.is_issue[y == 1].any()


def test_far_in_one_modality_is_enough_and_missing_ones_do_not_count():
    vectors, y = blobs()
    pictures, _ = blobs(seed=5)
    vectors[7] = pictures[50] = np.eye(16)[9]
    has_image = np.arange(80) != 7
    spaces = {"text": near(vectors, np.ones(80, bool)), "image": near(pictures, has_image)}
    found = find_outliers(y, spaces)
    assert np.flatnonzero(found.modalities["text"]).tolist() == [7]
    assert np.flatnonzero(found.modalities["image"]).tolist() == [50]
    assert np.flatnonzero(found.is_issue).tolist() == [7, 50]
    alone = find_outliers(y, {"text": spaces["text"]})
    assert found.score[7] == pytest.approx(alone.score[7])
    pictured = find_outliers(y, {"image": spaces["image"]})
    assert found.score[50] == pytest.approx((alone.score[50] + pictured.score[50]) / 2)


def test_a_small_class_is_compared_with_all():
    vectors, y = blobs()
    y[5] = 2
    found = find_outliers(y, {"text": near(vectors, np.ones(80, bool))})
    assert not found.is_issue[5]
    assert found.percentile[5] == 0
    vectors[5] = np.eye(16)[9]
    assert find_outliers(y, {"text": near(vectors, np.ones(80, bool))}).is_issue[5]


def test_nothing_to_be_compared_with():
    alone = find_outliers(np.array([0]), {"text": near(np.ones((1, 3)), np.ones(1, bool))})
    assert np.isnan(alone.score).all() and not alone.is_issue.any()
    copies = find_outliers(np.zeros(5, int), {"text": near(np.ones((5, 3)), np.ones(5, bool))})
    assert np.isnan(copies.score).all() and not copies.outside.any()
    nobody = find_outliers(np.zeros(4, int), {"image": near(np.eye(4), np.zeros(4, bool))})
    assert np.isnan(nobody.percentile).all()


def test_all_equally_far_is_nobody_far():
    found = find_outliers(np.zeros(30, int), {"text": near(np.eye(30), np.ones(30, bool))})
    assert not found.is_issue.any() and not found.outside.any()
    assert found.score == pytest.approx(0)


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="one modality or more"):
        find_outliers(np.zeros(3, int), {})
    with pytest.raises(ValueError, match=r"of 3 rows, got {'text': 2}"):
        find_outliers(np.zeros(3, int), {"text": near(np.eye(2), np.ones(2, bool))})

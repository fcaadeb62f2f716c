import numpy as np
import pytest

from core.faults.conflicts import find_conflicts

SURE_0, SURE_1, UNSURE = [1.0, 0, 0, 0], [0, 1.0, 0, 0], [0.25, 0.25, 0.25, 0.25]


def conflicts(y, text, image, **masks):
    return find_conflicts(np.array(y), np.array(text), np.array(image), **masks)


def test_the_one_against_text_and_category_is_the_picture():
    found = conflicts([0, 0, 0], [SURE_0, SURE_1, SURE_0], [SURE_1, SURE_0, SURE_0])
    assert found.suspect.tolist() == ["image", "text", ""]
    assert found.score == pytest.approx([1, 1, 0])
    assert found.is_issue.tolist() == [True, True, False]
    assert found.text_says.tolist() == [0, 1, 0]
    assert found.image_says.tolist() == [1, 0, 0]
    assert found.differ.tolist() == [True, True, False]


def test_a_wrong_category_is_no_conflict():
    found = conflicts([1], [SURE_0], [SURE_0])
    assert found.score == pytest.approx([0], abs=1e-6)
    assert not found.differ.any()


def test_who_is_unsure_contradicts_nobody():
    found = conflicts([0, 0], [SURE_0, UNSURE], [UNSURE, SURE_0])
    assert found.score == pytest.approx([0, 0], abs=1e-6)
    half = conflicts([0, 0], [SURE_0] * 2, [[0, 0.6, 0.4, 0], [0, 0.95, 0.05, 0]])
    assert 0 < half.score[0] < half.score[1] < 1


def test_missing_witnesses():
    nobody = [np.nan] * 4
    found = conflicts([0, 0, 0], [SURE_0, nobody, SURE_0], [nobody, SURE_1, SURE_1])
    assert np.isnan(found.score).tolist() == [True, True, False]
    assert found.text_says.tolist() == [-1, -1, 0]
    assert found.is_issue.tolist() == found.differ.tolist() == [False, False, True]
    masked = conflicts([0, 0], [SURE_0] * 2, [SURE_1] * 2, has_image=np.array([False, True]))
    assert np.isnan(masked.score).tolist() == [True, False]
    masked = conflicts([0, 0], [SURE_0] * 2, [SURE_1] * 2, has_text=np.array([True, False]))
    assert np.isnan(masked.score).tolist() == [False, True]
    assert len(conflicts(np.zeros(0, int), np.zeros((0, 4)), np.zeros((0, 4))).score) == 0


def test_swapped_pictures_come_first():
    rng = np.random.default_rng(0)
    y = np.repeat(np.arange(5), 40)
    text, image = (np.stack([rng.dirichlet(1 + 10 * np.eye(5)[c]) for c in y]) for _ in range(2))
    swapped = rng.choice(200, 12, replace=False)
    image[swapped] = np.stack([rng.dirichlet(1 + 10 * np.eye(5)[(c + 1) % 5]) for c in y[swapped]])
    found = find_conflicts(y, text, image)
    first = np.argsort(-found.score)[:12]
    assert len(set(first) & set(swapped)) >= 11
    assert (found.suspect[swapped] == "image").all()


def test_arrays_must_fit():
    with pytest.raises(ValueError, match=r"got \(1,\), \(2, 4\), \(2, 4\)"):
        conflicts([0], [SURE_0] * 2, [SURE_0] * 2)
    with pytest.raises(ValueError, match="twice"):
        conflicts([0], [SURE_0], [[1.0, 0.0]])

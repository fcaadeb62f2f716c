import numpy as np
import pytest

from core.faults.mismatches import find_mismatches

SURE_0, SURE_1, UNSURE = [1.0, 0, 0, 0], [0, 1.0, 0, 0], [0.25, 0.25, 0.25, 0.25]


def mismatches(y, text, image, **masks):
    return find_mismatches(np.array(y), np.array(text), np.array(image), **masks)


def test_the_suspect_is_the_one_against_the_other_two():
    result = mismatches([0, 0, 0], [SURE_0, SURE_1, SURE_0], [SURE_1, SURE_0, SURE_0])
    assert result.suspect.tolist() == ["image", "text", ""]
    assert result.score == pytest.approx([1, 1, 0])
    assert result.is_issue.tolist() == [True, True, False]
    assert result.text_category.tolist() == [0, 1, 0]
    assert result.image_category.tolist() == [1, 0, 0]
    assert result.differ.tolist() == [True, True, False]


def test_a_wrong_category_is_no_mismatch():
    result = mismatches([1], [SURE_0], [SURE_0])
    assert result.score == pytest.approx([0], abs=1e-6)
    assert not result.differ.any()


def test_an_uncertain_modality_contradicts_nothing():
    result = mismatches([0, 0], [SURE_0, UNSURE], [UNSURE, SURE_0])
    assert result.score == pytest.approx([0, 0], abs=1e-6)
    half = mismatches([0, 0], [SURE_0] * 2, [[0, 0.6, 0.4, 0], [0, 0.95, 0.05, 0]])
    assert 0 < half.score[0] < half.score[1] < 1


def test_products_without_text_or_image_are_not_judged():
    missing = [np.nan] * 4
    result = mismatches([0, 0, 0], [SURE_0, missing, SURE_0], [missing, SURE_1, SURE_1])
    assert np.isnan(result.score).tolist() == [True, True, False]
    assert result.text_category.tolist() == [-1, -1, 0]
    assert result.is_issue.tolist() == result.differ.tolist() == [False, False, True]
    masked = mismatches([0, 0], [SURE_0] * 2, [SURE_1] * 2, has_image=np.array([False, True]))
    assert np.isnan(masked.score).tolist() == [True, False]
    masked = mismatches([0, 0], [SURE_0] * 2, [SURE_1] * 2, has_text=np.array([True, False]))
    assert np.isnan(masked.score).tolist() == [False, True]
    assert len(mismatches(np.zeros(0, int), np.zeros((0, 4)), np.zeros((0, 4))).score) == 0


def test_swapped_images_have_the_highest_scores():
    rng = np.random.default_rng(0)
    y = np.repeat(np.arange(5), 40)
    text, image = (np.stack([rng.dirichlet(1 + 10 * np.eye(5)[c]) for c in y]) for _ in range(2))
    swapped = rng.choice(200, 12, replace=False)
    image[swapped] = np.stack([rng.dirichlet(1 + 10 * np.eye(5)[(c + 1) % 5]) for c in y[swapped]])
    result = find_mismatches(y, text, image)
    first = np.argsort(-result.score)[:12]
    assert len(set(first) & set(swapped)) >= 11
    assert (result.suspect[swapped] == "image").all()


def test_arrays_must_fit():
    with pytest.raises(ValueError, match=r"got \(1,\), \(2, 4\), \(2, 4\)"):
        mismatches([0], [SURE_0] * 2, [SURE_0] * 2)
    with pytest.raises(ValueError, match="twice"):
        mismatches([0], [SURE_0], [[1.0, 0.0]])

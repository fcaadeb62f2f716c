import numpy as np
import pytest

from core.bundle.out_of_fold import MAX_CATEGORIES, MIN_PROBABILITY, most_probable

NAN = np.full(3, np.nan)
TEXT = np.array([[0.7, 0.2, 0.1], [0.0, 1.0, 0.0], NAN, [0.3, 0.3, 0.4]], dtype=np.float32)
IMAGE = np.array([NAN, [0.5, 0.5, 0.0], NAN, [0.0, 0.0, 1.0]])


def test_what_is_kept_is_what_was_given():
    kept = most_probable(np.array([3, 0, 2, 3]), {"text": TEXT, "image": IMAGE})
    given = {"text": TEXT, "image": IMAGE}
    for row, modality, category, share in kept.itertuples(index=False):
        assert share == pytest.approx(given[modality][row, category], abs=5e-5)
    assert {*zip(kept["row"], kept["modality"], strict=True)} == {(0, "text"), (3, "text"), (3, "image")}
    assert kept["share"].dtype == np.float32


def test_the_most_probable_category_comes_first_and_improbable_ones_are_left_out():
    kept = most_probable(np.arange(2), {"text": TEXT})
    assert kept["category"].tolist() == [0, 1, 2, 1]
    assert kept["row"].tolist() == [0, 0, 0, 1]
    assert kept["share"].min() >= MIN_PROBABILITY


def test_of_many_categories_a_few_are_kept_and_always_the_best():
    even = np.full((2, 2000), 1 / 2000)
    even[1, 1500] += MIN_PROBABILITY / 10
    kept = most_probable(np.arange(2), {"image": even})
    assert kept["category"].tolist() == [0, 1500]
    ranked = np.linspace(0.09, 0.01, 20)[None]
    kept = most_probable(np.array([0]), {"image": ranked})
    assert kept["category"].tolist() == list(range(MAX_CATEGORIES))


@pytest.mark.parametrize("rows", [np.array([], dtype=np.int64), np.array([2])])
def test_products_without_probabilities_give_an_empty_table(rows):
    kept = most_probable(rows, {"text": TEXT, "image": IMAGE})
    assert len(kept) == 0

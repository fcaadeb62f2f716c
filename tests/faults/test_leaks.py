import numpy as np
import pytest

from core.faults.duplicates import find_duplicates
from core.faults.leaks import find_leaks
from tests.faults.catalogues import names, neighbours, nudged, pairs_of, products


def test_leaks_are_test_products_with_a_duplicate_in_training():
    text, image = products(), products(seed=1)
    text[30], image[30] = nudged(text[4], 0.2), nudged(image[4], 0.1)
    text[31], image[31] = nudged(text[5], 0.2), nudged(image[5], 0.1)
    text[32], image[32] = nudged(text[6], 0.2), nudged(image[6], 0.1)
    duplicates = find_duplicates(names(), [""] * 40, neighbours(text, image))
    parts = np.array(["train"] * 40, dtype=object)
    parts[[4, 31]] = "test"
    parts[[6, 32]] = "test"
    parts[20] = "test"
    leaks = find_leaks(duplicates, parts)
    assert leaks.rows.tolist() == [4, 31]
    assert leaks.sources.tolist() == [30, 5]
    score = dict(zip(pairs_of(duplicates), duplicates.score, strict=True))
    assert leaks.score.tolist() == [score[4, 30], score[5, 31]]
    assert len(set(leaks.score)) == 2
    parts[5] = "validation"
    assert find_leaks(duplicates, parts).rows.tolist() == [4]
    assert find_leaks(duplicates, np.where(parts == "validation", "train", parts)).rows.tolist() == [4, 31]


def test_a_shared_name_leaks_even_if_the_pair_was_not_compared():
    duplicates = find_duplicates(["a", "mug", "mug", "mug"], [""] * 4, {})
    leaks = find_leaks(duplicates, np.array(["train", "test", "test", "train"]))
    assert leaks.rows.tolist() == [1, 2]
    assert leaks.sources.tolist() == [3, 3]
    assert leaks.score.tolist() == [1, 0]


def test_no_leak():
    duplicates = find_duplicates(["a", "b"], ["", ""], {})
    leaks = find_leaks(duplicates, np.array(["train", "test"]))
    assert len(leaks.rows) == len(leaks.sources) == len(leaks.score) == 0
    with pytest.raises(ValueError, match="each of 2 rows"):
        find_leaks(duplicates, np.array(["train"]))

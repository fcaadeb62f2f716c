from itertools import combinations

import numpy as np
import pytest

from core.faults.duplicates import find_duplicates
from core.faults.leaks import find_leaks
from tests.faults.catalogues import names, neighbours, nudged, pairs_of, products


def test_leaks_are_duplicates_in_different_splits():
    text, image = products(), products(seed=1)
    for copy, original in ((30, 4), (31, 5), (32, 6), (33, 7)):
        text[copy], image[copy] = nudged(text[original], 0.2), nudged(image[original], 0.1)
    duplicates = find_duplicates(names(), [""] * 40, np.arange(40), neighbours(text, image))
    parts = np.array(["train"] * 40, dtype=object)
    parts[[4, 31, 6, 32, 20]] = "test"
    parts[[5, 33]] = "validation"
    leaks = find_leaks(duplicates, parts)
    split_of = {pair: parts.tolist() for pair, parts in zip(pairs_of(leaks), leaks.parts, strict=True)}
    assert split_of == {
        (4, 30): ["test", "train"],
        (31, 5): ["test", "validation"],  # the test product first
        (33, 7): ["validation", "train"],  # else the later one
    }
    score = dict(zip(pairs_of(duplicates), duplicates.score, strict=True))
    assert leaks.score.tolist() == sorted((score[4, 30], score[5, 31], score[7, 33]), reverse=True)
    assert len(find_leaks(duplicates, np.full(40, "train")).pairs) == 0


@pytest.mark.parametrize("seed", range(3))
def test_each_product_meets_one_that_shares_its_name_in_another_split(seed):
    rng = np.random.default_rng(seed)
    shared = [f"name {number}" for number in rng.integers(0, 6, 30)]
    parts = rng.choice(["train", "validation", "test"], 30)
    products = np.unique(shared, return_inverse=True)[1]
    leaks = find_leaks(find_duplicates(shared, [""] * 30, products, {}), parts)
    pairs = {tuple(sorted(pair)) for pair in leaks.pairs.tolist()}
    assert len(pairs) == len(leaks.pairs)
    possible = {
        (i, j) for i, j in combinations(range(30), 2) if shared[i] == shared[j] and parts[i] != parts[j]
    }
    assert pairs <= possible
    assert {row for pair in pairs for row in pair} == {row for pair in possible for row in pair}
    assert (parts[leaks.pairs] == leaks.parts).all()


def test_a_shared_name_leaks_even_if_the_pair_was_not_compared():
    duplicates = find_duplicates(["a", "mug", "mug", "mug"], [""] * 4, np.array([0, 1, 1, 1]), {})
    leaks = find_leaks(duplicates, np.array(["train", "test", "test", "train"]))
    assert leaks.pairs.tolist() == [[1, 3], [2, 3]]
    assert leaks.score.tolist() == [1, 0]


def test_a_variant_leaks_even_if_it_is_not_alike():
    duplicates = find_duplicates(["Mug Ola S", "Mug Ola M", "x"], [""] * 3, np.array([0, 0, 1]), {})
    assert find_leaks(duplicates, np.array(["train", "test", "test"])).pairs.tolist() == [[1, 0]]


def test_a_name_that_many_different_products_share_is_no_leak():
    text, image = products(), products(seed=1)
    shared = ["tee"] * 20 + names()[20:]
    duplicates = find_duplicates(shared, [""] * 40, np.arange(40), neighbours(text, image))
    assert len(duplicates.pairs) and duplicates.same_name.all()
    assert not duplicates.likely.any()
    assert len(find_leaks(duplicates, np.array(["train", "test"] * 20)).pairs) == 0


def test_no_leak():
    duplicates = find_duplicates(["a", "b"], ["", ""], np.arange(2), {})
    leaks = find_leaks(duplicates, np.array(["train", "test"]))
    assert leaks.pairs.shape == leaks.parts.shape == (0, 2)
    assert len(leaks.score) == 0
    with pytest.raises(ValueError, match="each of 2 rows"):
        find_leaks(duplicates, np.array(["train"]))

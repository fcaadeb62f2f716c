import time

import numpy as np
import pytest

from core.faults.duplicates import crossing, find_duplicates, leaks
from core.faults.near import near


def products(n=40, d=24, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, d)).astype(np.float32)


def spaces(text=None, image=None, has_text=None, has_image=None):
    given = {"text": (text, has_text), "image": (image, has_image)}
    return {
        name: near(vectors, np.ones(len(vectors), bool) if has is None else has)
        for name, (vectors, has) in given.items()
        if vectors is not None
    }


def nudged(row, by, seed=9):
    return row + np.random.default_rng(seed).normal(size=row.shape).astype(np.float32) * by


def found_pairs(duplicates):
    return [tuple(pair) for pair in duplicates.pairs.tolist()]


def names(n=40):
    return [f"thing {i}" for i in range(n)]


def test_a_retouched_picture_and_a_reworded_text_are_found():
    text, image = products(), products(seed=1)
    text[30], image[30] = nudged(text[4], 0.3), nudged(image[4], 0.15)
    duplicates = find_duplicates(names(), [""] * 40, spaces(text, image))
    assert found_pairs(duplicates) == [(4, 30)]
    assert duplicates.alike.tolist() == [True]
    assert not duplicates.same_name.any() and not duplicates.same_image.any()
    assert 0.7 < duplicates.score[0] < 1
    assert np.bincount(duplicates.groups).max() == 2
    assert duplicates.groups[30] == duplicates.groups[4] == 4
    assert len(np.unique(duplicates.products)) == 40


def test_one_alone_is_not_enough_where_both_can_be_compared():
    text, image = products(), products(seed=1)
    text[30] = nudged(text[4], 0.01)
    assert not len(find_duplicates(names(), [""] * 40, spaces(text, image)).pairs)
    text, image = products(), products(seed=1)
    image[30] = nudged(image[4], 0.01)
    duplicates = find_duplicates(names(), [""] * 40, spaces(text, image))
    assert not len(duplicates.pairs)
    assert duplicates.groups.tolist() == list(range(40))


def test_three_of_a_kind_do_not_hide_each_other():
    text, image = products(), products(seed=1)
    for seed, row in enumerate((20, 30)):
        text[row], image[row] = nudged(text[4], 0.2, seed), nudged(image[4], 0.1, seed)
    duplicates = find_duplicates(names(), [""] * 40, spaces(text, image))
    assert sorted(found_pairs(duplicates)) == [(4, 20), (4, 30), (20, 30)]
    assert np.bincount(duplicates.groups).max() == 3


def test_one_modality_asks_for_nearly_equal_vectors():
    text = products()
    text[30], text[31] = nudged(text[4], 0.02), nudged(text[5], 0.3)
    duplicates = find_duplicates(names(), [""] * 40, spaces(text))
    assert found_pairs(duplicates) == [(4, 30)]
    assert duplicates.score[0] > 0.995
    image = products()
    image[30] = image[4]
    duplicates = find_duplicates([""] * 40, [""] * 40, spaces(image=image))
    assert found_pairs(duplicates) == [(4, 30)]
    assert duplicates.score == pytest.approx([1], abs=1e-4)


def test_a_missing_picture_leaves_the_text_to_compare():
    text, image = products(), products(seed=1)
    text[30] = nudged(text[4], 0.02)
    has_image = np.arange(40) != 30
    duplicates = find_duplicates(names(), [""] * 40, spaces(text, image, has_image=has_image))
    assert found_pairs(duplicates) == [(4, 30)]
    assert 0.49 < duplicates.score[0] < 0.5


def test_same_name_and_same_picture():
    text, image = products(), products(seed=1)
    called, digests = names(), [f"d{i}" for i in range(40)]
    called[9], called[10] = "Blue Mug!", "blue  mug"
    image[21], digests[21] = image[20], digests[20]
    called[31], text[31], image[31], digests[31] = called[30], text[30], image[30], digests[30]
    called[1] = called[2] = digests[1] = digests[2] = ""
    duplicates = find_duplicates(called, digests, spaces(text, image))
    assert found_pairs(duplicates)[0] == (30, 31)
    assert duplicates.score[0] == pytest.approx(1)
    assert set(found_pairs(duplicates)) == {(30, 31), (20, 21), (9, 10)}
    by_pair = dict(zip(found_pairs(duplicates), range(3), strict=True))
    kinds = np.stack([duplicates.same_name, duplicates.same_image, duplicates.alike], axis=1).tolist()
    assert kinds[by_pair[30, 31]] == [True, True, True]
    assert kinds[by_pair[20, 21]] == [False, True, False]
    assert kinds[by_pair[9, 10]] == [True, False, False]
    assert duplicates.score[by_pair[9, 10]] < 0.25
    assert duplicates.products[20] == duplicates.products[21]


def test_many_of_one_name_make_few_pairs():
    n = 400
    duplicates = find_duplicates(["mug"] * n, [""] * n, {})
    assert len(duplicates.pairs) == n - 1
    assert (duplicates.groups == 0).all()
    assert duplicates.same_name.all()


def test_groups_are_numbered_as_they_appear():
    duplicates = find_duplicates(["a", "b", "c", "b", "a", "d", "c"], [""] * 7, {})
    assert duplicates.groups.tolist() == duplicates.products.tolist() == [0, 1, 2, 1, 0, 3, 2]
    chain = find_duplicates(["a", "b", "b", "c"], ["x", "x", "", "y"], {})
    assert chain.groups.tolist() == [0, 0, 0, 1]


def test_what_lies_on_two_sides():
    pairs = np.array([[0, 1], [1, 2], [0, 3]])
    assert crossing(pairs, np.array(["train", "train", "test", "validation"])).tolist() == [False, True, True]
    assert crossing(np.zeros((0, 2), int), np.array(["train"])).tolist() == []


def test_leaks_are_judged_rows_with_a_duplicate_among_the_learned():
    text, image = products(), products(seed=1)
    text[30], image[30] = nudged(text[4], 0.2), nudged(image[4], 0.1)
    text[31], image[31] = nudged(text[5], 0.2), nudged(image[5], 0.1)
    text[32], image[32] = nudged(text[6], 0.2), nudged(image[6], 0.1)
    duplicates = find_duplicates(names(), [""] * 40, spaces(text, image))
    parts = np.array(["train"] * 40, dtype=object)
    parts[[4, 31]] = "test"
    parts[[6, 32]] = "test"
    parts[20] = "test"
    leaked = leaks(duplicates, parts)
    assert leaked.rows.tolist() == [4, 31]
    assert leaked.sources.tolist() == [30, 5]
    score = dict(zip(found_pairs(duplicates), duplicates.score, strict=True))
    assert leaked.score.tolist() == [score[4, 30], score[5, 31]]
    assert len(set(leaked.score)) == 2
    parts[5] = "validation"
    assert leaks(duplicates, parts).rows.tolist() == [4]
    assert leaks(duplicates, parts, learned="validation").rows.tolist() == [31]


def test_a_shared_name_leaks_even_where_the_pair_was_not_compared():
    duplicates = find_duplicates(["a", "mug", "mug", "mug"], [""] * 4, {})
    leaked = leaks(duplicates, np.array(["train", "test", "test", "train"]))
    assert leaked.rows.tolist() == [1, 2]
    assert leaked.sources.tolist() == [3, 3]
    assert leaked.score.tolist() == [1, 0]


def test_no_leak():
    duplicates = find_duplicates(["a", "b"], ["", ""], {})
    leaked = leaks(duplicates, np.array(["train", "test"]))
    assert len(leaked.rows) == len(leaked.sources) == len(leaked.score) == 0
    with pytest.raises(ValueError, match="each of 2 rows"):
        leaks(duplicates, np.array(["train"]))


def test_an_empty_catalogue_and_one_product():
    assert find_duplicates([], [], {}).pairs.shape == (0, 2)
    assert find_duplicates(["a"], ["x"], spaces(products(1), products(1))).groups.tolist() == [0]


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="of 2 products"):
        find_duplicates(["a", "b"], [""], {})
    with pytest.raises(ValueError, match=r"got text of \[2, 3\]"):
        find_duplicates(["a", "b"], ["", ""], spaces(products(3)))
    with pytest.raises(ValueError, match="sound"):
        find_duplicates(["a"], [""], {"sound": spaces(products(1))["text"]})


@pytest.mark.slow
def test_a_large_catalogue_takes_about_a_minute_of_one_core():
    n = 44_000
    text, image = products(n, 384), products(n, 768, seed=1)
    twins = np.arange(0, 200, 2)
    text[twins + 1], image[twins + 1] = nudged(text[twins], 0.1), nudged(image[twins], 0.1)
    start = time.process_time()
    duplicates = find_duplicates(names(n), [""] * n, spaces(text, image))
    assert found_pairs(duplicates) and set(found_pairs(duplicates)) == {(int(i), int(i) + 1) for i in twins}
    # Of one core: processor time, for wall time depends on what else the machine does.
    assert time.process_time() - start < 120

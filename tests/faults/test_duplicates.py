import time

import numpy as np
import pytest

from core.faults.duplicates import find_duplicates
from tests.faults.catalogues import names, neighbours, nudged, pairs_of, products


def test_a_retouched_image_with_a_reworded_text_is_a_duplicate():
    text, image = products(), products(seed=1)
    text[30], image[30] = nudged(text[4], 0.3), nudged(image[4], 0.15)
    duplicates = find_duplicates(names(), [""] * 40, np.arange(40), neighbours(text, image))
    assert pairs_of(duplicates) == [(4, 30)]
    assert duplicates.alike.tolist() == [True]
    assert not duplicates.same_name.any() and not duplicates.same_image.any()
    assert 0.7 < duplicates.score[0] < 1
    assert duplicates.products.tolist() == list(range(40))


def test_text_or_image_alone_is_not_enough_if_both_can_be_compared():
    text, image = products(), products(seed=1)
    text[30] = nudged(text[4], 0.01)
    assert not len(find_duplicates(names(), [""] * 40, np.arange(40), neighbours(text, image)).pairs)
    text, image = products(), products(seed=1)
    image[30] = nudged(image[4], 0.01)
    duplicates = find_duplicates(names(), [""] * 40, np.arange(40), neighbours(text, image))
    assert not len(duplicates.pairs)


def test_three_duplicates_do_not_hide_each_other():
    text, image = products(), products(seed=1)
    for seed, row in enumerate((20, 30)):
        text[row], image[row] = nudged(text[4], 0.2, seed), nudged(image[4], 0.1, seed)
    duplicates = find_duplicates(names(), [""] * 40, np.arange(40), neighbours(text, image))
    assert sorted(pairs_of(duplicates)) == [(4, 20), (4, 30), (20, 30)]


def test_a_single_modality_needs_nearly_equal_vectors():
    text = products()
    text[30], text[31] = nudged(text[4], 0.02), nudged(text[5], 0.3)
    duplicates = find_duplicates(names(), [""] * 40, np.arange(40), neighbours(text))
    assert pairs_of(duplicates) == [(4, 30)]
    assert duplicates.score[0] > 0.995
    image = products()
    image[30] = image[4]
    duplicates = find_duplicates([""] * 40, [""] * 40, np.arange(40), neighbours(image=image))
    assert pairs_of(duplicates) == [(4, 30)]
    assert duplicates.score == pytest.approx([1], abs=1e-4)


def test_without_an_image_the_text_is_compared():
    text, image = products(), products(seed=1)
    text[30] = nudged(text[4], 0.02)
    has_image = np.arange(40) != 30
    duplicates = find_duplicates(
        names(), [""] * 40, np.arange(40), neighbours(text, image, has_image=has_image)
    )
    assert pairs_of(duplicates) == [(4, 30)]
    assert 0.49 < duplicates.score[0] < 0.5


def test_the_same_name_and_the_same_image():
    text, image = products(), products(seed=1)
    called, digests = names(), [f"d{i}" for i in range(40)]
    called[9], called[10] = "Blue Mug!", "blue  mug"
    image[21], digests[21] = image[20], digests[20]
    called[31], text[31], image[31], digests[31] = called[30], text[30], image[30], digests[30]
    called[1] = called[2] = digests[1] = digests[2] = ""
    duplicates = find_duplicates(called, digests, np.arange(40) // 2, neighbours(text, image))
    assert pairs_of(duplicates)[0] == (30, 31)
    assert duplicates.score[0] == pytest.approx(1)
    assert set(pairs_of(duplicates)) == {(30, 31), (20, 21), (9, 10)}
    by_pair = dict(zip(pairs_of(duplicates), range(3), strict=True))
    kinds = np.stack([duplicates.same_name, duplicates.same_image, duplicates.alike], axis=1).tolist()
    assert kinds[by_pair[30, 31]] == [True, True, True]
    assert kinds[by_pair[20, 21]] == [False, True, False]
    assert kinds[by_pair[9, 10]] == [True, False, False]
    assert duplicates.score[by_pair[9, 10]] < 0.25
    assert duplicates.products[20] == duplicates.products[21]
    assert not duplicates.variant.any()


def test_variants_are_told_by_their_names():
    called, digests = names(), [f"d{i}" for i in range(40)]
    called[8], called[9] = "Blue mug Ola, S", "Blue mug Ola, XL"
    called[20], called[21] = "Mug Ola, red", "Mug Ola, red"
    digests[9], digests[21] = digests[8], digests[20]
    duplicates = find_duplicates(called, digests, np.arange(40), neighbours(products(), products(seed=1)))
    assert dict(zip(pairs_of(duplicates), duplicates.variant.tolist(), strict=True)) == {
        (8, 9): True,
        (20, 21): False,
    }


def test_many_products_with_one_name_make_few_pairs():
    n = 400
    duplicates = find_duplicates(["mug"] * n, [""] * n, np.zeros(n, int), {})
    assert len(duplicates.pairs) == n - 1
    assert duplicates.same_name.all()


def test_an_empty_catalogue_and_a_single_product():
    assert find_duplicates([], [], np.arange(0), {}).pairs.shape == (0, 2)
    assert find_duplicates(
        ["a"], ["x"], np.arange(1), neighbours(products(1), products(1))
    ).products.tolist() == [0]


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="of 2 products"):
        find_duplicates(["a", "b"], [""], np.arange(2), {})
    with pytest.raises(ValueError, match=r"got text of \[2, 3\]"):
        find_duplicates(["a", "b"], ["", ""], np.arange(2), neighbours(products(3)))
    with pytest.raises(ValueError, match="sound"):
        find_duplicates(["a"], [""], np.arange(1), {"sound": neighbours(products(1))["text"]})


@pytest.mark.slow
def test_a_large_catalogue_takes_seconds_of_one_core():
    """All pairs are compared, so that 44,000 products take four times as long as these: about a minute."""
    n = 22_000
    text, image = products(n, 384), products(n, 768, seed=1)
    twins = np.arange(0, 200, 2)
    text[twins + 1], image[twins + 1] = nudged(text[twins], 0.1), nudged(image[twins], 0.1)
    start = time.process_time()
    duplicates = find_duplicates(names(n), [""] * n, np.arange(n), neighbours(text, image))
    assert pairs_of(duplicates) and set(pairs_of(duplicates)) == {(int(i), int(i) + 1) for i in twins}
    # Of one core: processor time, for wall time depends on what else the machine does.
    assert time.process_time() - start < 30

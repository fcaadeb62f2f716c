import numpy as np
import pytest

from core.bundle.comparing import compare_answers, scores_of
from core.bundle.results import Answers

TRUE = np.array(list("aabbccaabbcc"), dtype=object)


def answers(name, wrong=(), ids=range(12), true=TRUE, groups=None):
    predicted = true.copy()
    for row in wrong:
        predicted[row] = "a" if true[row] != "a" else "b"
    own = None if ids is None else np.array([f"P{each}" for each in ids], dtype=object)
    return Answers(name, true, predicted, own, groups or {})


def test_equal_products_are_paired_whatever_their_order():
    first = answers("one", wrong=[0, 1, 2])
    turned = np.arange(12)[::-1]
    second = answers("two", wrong=[11], ids=turned, true=TRUE[turned])
    (pair,) = compare_answers([first, second])
    assert (pair.first, pair.second, pair.note) == ("one", "two", "All 12 products.")
    assert (pair.comparison.only_second, pair.comparison.only_first) == (2, 0)
    assert pair.comparison.n == 12
    assert pair.comparison.p_value == pytest.approx(0.5)  # two of two coins: 2 * (1/2) ** 2


def test_only_products_that_both_have_count():
    some = slice(4, 10)
    second = answers("two", ids=range(4, 10), true=TRUE[some])
    (pair,) = compare_answers([answers("one", wrong=[0, 5]), second])
    assert pair.note == "6 products, of 12 and 6."
    assert pair.comparison.only_second == 1


def test_products_with_another_true_category_are_left_out_and_counted():
    true = TRUE.copy()
    true[[0, 3]] = "c"
    (pair,) = compare_answers([answers("one"), answers("two", true=true)])
    assert pair.note == "10 products, of 12 and 12. 2 with another true category were left out."


def test_where_ids_do_not_match_there_is_no_test_and_a_reason():
    one = answers("one")
    for other, reason in (
        (answers("two", ids=None), "two has no ids"),
        (answers("two", ids=range(20, 32)), "they have no ids in common"),
        (answers("two", ids=[*range(11), 0]), "two has ids that stand in it twice"),
        (
            answers("two", true=np.array(["x"] * 12, dtype=object)),
            "their products have other true categories",
        ),
    ):
        (pair,) = compare_answers([one, other])
        assert pair.comparison is None
        assert pair.note == f"No paired test: {reason}."


def test_several_comparisons_are_adjusted_together():
    one = answers("one", wrong=range(8))
    pairs = compare_answers([one, answers("two"), answers("three", ids=None), answers("four")])
    raw, *_ = compare_answers([one, answers("two")])
    assert [pair.comparison is None for pair in pairs] == [False, True, False]
    assert pairs[0].comparison.adjusted_p_value == pytest.approx(2 * raw.comparison.p_value)


def test_scores_and_their_intervals_by_group():
    alone = scores_of(answers("one", wrong=[0, 1, 2]))
    assert alone.accuracy.value == pytest.approx(9 / 12)
    grouped = scores_of(answers("one", wrong=[0, 1, 2], groups={f"P{i}": i // 3 for i in range(12)}))
    assert grouped.accuracy.value == alone.accuracy.value
    assert grouped.accuracy.high - grouped.accuracy.low > alone.accuracy.high - alone.accuracy.low

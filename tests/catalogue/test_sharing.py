"""What many different products share, on counts that were worked out by hand."""

import pytest

from core.catalogue.sharing import shared_by_many, taking_a_category


def catalogue(**sharing: int) -> tuple[list[str], list[str], list[str]]:
    """Return 40 different products of each category, of which so many share key "x"."""
    keys, products, categories = [], [], []
    for category, count in sharing.items():
        for number in range(40):
            keys.append("x" if number < count else f"{category}{number}")
            products.append(f"thing{number} {category}")
            categories.append(category)
    return keys, products, categories


@pytest.mark.parametrize(
    ("sharing", "is_shared"),
    [
        ({"a": 24, "b": 24, "c": 24}, True),
        ({"a": 4, "b": 4}, True),  # 8 products of 2 categories
        ({"a": 4, "b": 3}, False),
        ({"a": 2, "b": 2, "c": 1}, True),  # 5 of 2.8
        ({"a": 1, "b": 1, "c": 1, "d": 1}, False),  # fewer than five products
        ({"a": 1, "b": 1, "c": 1, "d": 1, "e": 1}, True),
        ({"a": 12, "b": 1}, False),  # one row in the wrong category: 13 of 1.2
        ({"a": 21, "b": 0}, True),  # more than half of a category
        ({"a": 19, "b": 0}, False),
        ({"a": 20, "b": 0}, True),  # twenty with names that have one word in common
    ],
)
def test_the_more_categories_the_fewer_products(sharing, is_shared):
    assert shared_by_many(*catalogue(**sharing)) == ({"x"} if is_shared else frozenset())


def test_variants_count_once():
    keys = ["x"] * 300 + [f"own{number}" for number in range(30)]
    products = ["mug ola size colour"] * 300 + [f"mug {number}" for number in range(30)]
    assert shared_by_many(keys, products, ["Mugs"] * 330) == frozenset()


def test_names_in_common_speak_for_variants_that_were_not_recognised():
    scents = [f"soap dora scent{number}" for number in range(30)]
    others = [f"thing{number}" for number in range(70)]
    keys, categories = ["x"] * 30 + [""] * 70, ["Care"] * 100
    assert shared_by_many(keys, scents + others, categories) == frozenset()
    unlike = [f"thing{number} dora" for number in range(30)]
    assert shared_by_many(keys, unlike + others, categories) == {"x"}


def test_small_categories_may_share_anything():
    assert shared_by_many(["x"] * 9, [f"thing{number}" for number in range(9)], ["a"] * 9) == frozenset()
    assert shared_by_many(["x"] * 10, [f"thing{number}" for number in range(10)], ["a"] * 10) == {"x"}


def test_nothing_is_shared_by_nobody():
    assert shared_by_many([], [], []) == frozenset()
    assert shared_by_many([""] * 50, [f"p{number}" for number in range(50)], ["a"] * 50) == frozenset()


def test_taking_a_category():
    keys, products, categories = catalogue(a=21, b=20)
    assert taking_a_category(keys, products, categories, 21) == {"x"}
    assert taking_a_category(keys, products, categories, 22) == frozenset()
    keys, products, categories = catalogue(a=20, b=20)
    assert taking_a_category(keys, products, categories, 5) == frozenset()

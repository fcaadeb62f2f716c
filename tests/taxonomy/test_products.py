import time

import numpy as np
import pandas as pd

from core.taxonomy.products import class_tree, level_columns, product_paths, product_tree


def test_levels_are_counted_not_spelled():
    columns = ["level_10", "level_9", "level_x", "sku", "level_1"]
    assert level_columns(pd.DataFrame(columns=columns)) == ["level_1", "level_9", "level_10"]


def test_whole_paths_go_before_levels():
    table = pd.DataFrame({"level_1": ["a", "b"], "category_path": ["a > b > c > d > e > f > g", ""]})
    assert product_paths(table) == [tuple("abcdefg"), ()]


def test_a_path_of_levels_ends_at_the_first_empty_one():
    table = pd.DataFrame({"level_1": ["a", "", None], "level_2": ["", "b", "c"]})
    assert product_paths(table) == [("a",), (), ()]
    assert product_paths(pd.DataFrame({"sku": ["1"]})) == [()]


def test_products_stand_in_their_categories():
    found = product_tree(pd.DataFrame({"category_path": ["a > b", "a", "", "a > b"]}))
    assert found.nodes.tolist() == [2, 1, 0, 2]
    assert found.totals().tolist() == [4, 3, 2]
    assert found.totals(np.array([0.5, 1, 2, 0.25])).tolist() == [3.75, 1.75, 0.75]


def classes(rows, names):
    found = class_tree([category for category, _ in rows], [path for _, path in rows], names)
    return None if found is None else [found.tree.path(node) for node in found.of_class]


def test_a_category_is_a_level_of_its_products_paths():
    rows = [("Shoes", ("Foot", "Shoes", "Boots")), ("Shoes", ("Foot", "Shoes", "Clogs")), ("Mugs", ("Mugs",))]
    assert classes(rows, ["Mugs", "Shoes"]) == [("Mugs",), ("Foot", "Shoes")]


def test_a_category_may_be_a_whole_path():
    rows = [("a > b", ("a", "b")), ("a > c", ("a", "c"))]
    assert classes(rows, ["a > b", "a > c"]) == [("a", "b"), ("a", "c")]


def test_a_name_under_several_parents_takes_the_most_frequent():
    rows = [("x", ("a", "x")), ("x", ("b", "x")), ("x", ("b", "x"))]
    assert classes(rows, ["x"]) == [("b", "x")]


def test_a_name_that_is_in_no_path_stands_below_what_its_products_share():
    rows = [("x (17)", ("a", "b", "x")), ("x (17)", ("a", "b", "x")), ("x (17)", ("a", "c"))]
    assert classes(rows, ["x (17)"]) == [("a", "b", "x", "x (17)")]


def test_categories_of_one_level_are_no_tree():
    assert classes([("a", ("a", "b")), ("c", ("c",))], ["a", "c"]) is None
    assert classes([("a", ())], ["a"]) is None


def test_two_hundred_thousand_products_take_seconds():
    rng = np.random.default_rng(0)
    paths = [f"t{n % 20} > m{n % 300} > leaf {n}" for n in rng.integers(5000, size=200_000).tolist()]
    start = time.process_time()
    found = product_tree(pd.DataFrame({"category_path": paths}))
    assert found.totals()[0] == 200_000
    assert time.process_time() - start < 3

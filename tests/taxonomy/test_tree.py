import numpy as np
import pandas as pd
import pytest

from core.taxonomy.products import product_tree
from core.taxonomy.tree import TOP, category_tree, tree_table

PATHS = [
    ("Home", "Lamps", "Desk"),
    ("Home", "Lamps", "Desk"),
    ("Home", "Lamps", ""),
    ("Home", "Mugs", ""),
    ("Wear", "Lamps", ""),  # the same name under another parent is another node
    ("Wear", "", "Lost"),  # nothing hangs below an empty level
    ("", "", ""),
]


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.DataFrame(PATHS, columns=["level_1", "level_2", "level_3"])


def products_by_path(tree) -> dict[tuple[str, ...], int]:
    return dict(zip(tree.paths, tree.products.tolist(), strict=True))


def test_every_node_counts_its_products_and_those_below(table):
    tree = category_tree(product_tree(table))
    assert products_by_path(tree) == {
        (): 7,
        ("Home",): 4,
        ("Home", "Lamps"): 3,
        ("Home", "Lamps", "Desk"): 2,
        ("Home", "Mugs"): 1,
        ("Wear",): 2,
        ("Wear", "Lamps"): 1,
    }
    assert tree.left_out == 0
    assert tree.depth == 3
    assert tree.names[0] == TOP


def test_parents_come_first_and_are_the_path_without_its_end(table):
    tree = category_tree(product_tree(table))
    assert tree.parents[0] == -1
    for at, parent in list(enumerate(tree.parents))[1:]:
        assert parent < at
        assert tree.paths[parent] == tree.paths[at][:-1]


@pytest.mark.parametrize("most", [1, 2, 3, 5])
def test_of_many_nodes_the_largest_are_kept_with_their_parents(table, most):
    tree = category_tree(product_tree(table), most)
    whole = category_tree(product_tree(table))
    assert len(tree.paths) == most
    assert tree.left_out == len(whole.paths) - most
    assert sorted(tree.products) == sorted(whole.products)[-most:]
    assert all(path[:-1] in tree.paths for path in tree.paths if path)


def test_a_catalogue_without_levels_has_no_tree(table):
    assert product_tree(table[[]]) is None
    assert product_tree(table.assign(level_1="", level_2="x")) is None
    assert product_tree(table.iloc[:0]) is None


def test_missing_levels_may_be_none(table):
    table.loc[0, "level_3"] = None
    assert products_by_path(category_tree(product_tree(table)))["Home", "Lamps", "Desk"] == 1


def test_the_table_has_a_row_a_node(table):
    listed = tree_table(category_tree(product_tree(table)))
    assert list(listed.columns) == ["Level 1", "Level 2", "Level 3", "Products"]
    assert listed.iloc[0].tolist() == ["Home", "", "", 4]
    assert len(listed) == 6


def test_accuracy_is_that_of_the_tested_products_below(table):
    right = np.array([1, 0, 1, np.nan, np.nan, 1, np.nan])
    tree = category_tree(product_tree(table), right=right)
    found = dict(zip(tree.paths, zip(tree.tested, tree.right, strict=True), strict=True))
    assert found == {
        (): (4, 3),
        ("Home",): (3, 2),
        ("Home", "Lamps"): (3, 2),
        ("Home", "Lamps", "Desk"): (2, 1),
        ("Home", "Mugs"): (0, 0),
        ("Wear",): (1, 1),
        ("Wear", "Lamps"): (0, 0),
    }
    assert tree.accuracy[0] == 0.75
    assert np.isnan(tree.accuracy).sum() == 2
    assert list(tree_table(tree).columns)[-2:] == ["Tested", "Accuracy"]

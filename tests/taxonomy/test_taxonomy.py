import time

import numpy as np
import pytest

from core.taxonomy.taxonomy import ROOT, Taxonomy

PATHS = [("Home", "Lamps", "Desk"), ("Home", "Mugs"), ("Wear",), ("Wear", "Lamps"), ("Home", "Mugs")]
#  0 root, 1 Home, 2 Home > Lamps, 3 Home > Lamps > Desk, 4 Home > Mugs, 5 Wear, 6 Wear > Lamps


@pytest.fixture
def tree() -> Taxonomy:
    return Taxonomy.from_paths(PATHS)


def test_nodes_on_the_way_of_paths_are_nodes(tree):
    assert tree.names == ("", "Home", "Lamps", "Desk", "Mugs", "Wear", "Lamps")
    assert tree.parents.tolist() == [-1, 0, 1, 2, 1, 0, 5]
    assert (len(tree), tree.depth) == (7, 3)


def test_the_family_of_a_node(tree):
    assert tree.parent(3) == 2
    assert tree.parent(ROOT) == -1
    assert [tree.children(node).tolist() for node in range(7)] == [[1, 5], [2, 4], [3], [], [], [6], []]
    assert tree.ancestors(3) == [2, 1, 0]
    assert tree.leaves.tolist() == [3, 4, 6]
    assert tree.depths.tolist() == [0, 1, 2, 3, 2, 1, 2]
    assert tree.heights.tolist() == [3, 2, 1, 0, 0, 1, 0]
    assert list(tree.walk()) == [0, 1, 2, 3, 4, 5, 6]


def test_paths_and_nodes_are_two_ways_to_say_one_thing(tree):
    for node in range(len(tree)):
        assert tree.find(tree.path(node)) == node
    assert tree.title(3) == "Home > Lamps > Desk"
    assert tree.path(ROOT) == ()


def test_an_unknown_path_counts_at_its_deepest_known_ancestor(tree):
    assert tree.find(("Home", "Rugs")) is None
    unknown = [("Home", "Rugs", "Desk"), ("Garden",), (), ("Wear", "Lamps")]
    assert tree.nodes_of(unknown).tolist() == [1, ROOT, ROOT, 6]


def test_the_lowest_common_ancestor_of_any_two_is_that_of_their_paths(tree):
    one, other = (each.ravel() for each in np.indices((7, 7)))
    found = tree.lowest_common(one, other)
    for first, second, node in zip(one.tolist(), other.tolist(), found.tolist(), strict=True):
        shared = [a for a in [first, *tree.ancestors(first)] if a in [second, *tree.ancestors(second)]]
        assert node == shared[0]


def test_a_node_has_one_ancestor_a_level(tree):
    assert tree.at_depth(np.array([3, 4, 5, 0]), 2).tolist() == [2, 4, 5, 0]
    assert tree.at_depth(np.array([3, 4, 5, 0]), 0).tolist() == [0, 0, 0, 0]


def test_totals_are_those_of_all_below(tree):
    assert tree.totals(np.arange(7)).tolist() == [21, 10, 5, 3, 4, 11, 6]
    assert tree.totals(np.eye(7, dtype=int))[1].tolist() == [0, 1, 1, 1, 1, 0, 0]


def test_a_tree_of_nothing_is_its_root():
    tree = Taxonomy.from_paths([()])
    assert (len(tree), tree.depth, tree.leaves.tolist()) == (1, 0, [ROOT])


@pytest.mark.parametrize("parents", [[-1, 1], [-1, -1], [0, 0], [-1], [-1, 0, 3]])
def test_what_is_no_tree_is_refused(parents):
    with pytest.raises(ValueError, match="expected"):
        Taxonomy(("", "a"), np.array(parents))


def test_parents_cannot_be_written_to(tree):
    with pytest.raises(ValueError, match="read-only"):
        tree.parents[3] = 0


def test_a_chain_may_be_as_long_as_it_likes():
    tree = Taxonomy.from_paths([tuple(map(str, range(3000)))])
    assert tree.depth == 3000
    assert tree.lowest_common(np.array([3000]), np.array([1500])).tolist() == [1500]


def test_ten_thousand_nodes_and_two_hundred_thousand_products_take_less_than_a_second():
    rng = np.random.default_rng(0)
    parents = np.concatenate([[-1], [0] * 20, np.arange(21, 10_000) // 8])
    tree = Taxonomy(tuple(map(str, range(10_000))), parents)
    one, other = rng.integers(10_000, size=(2, 200_000))
    start = time.process_time()
    tree.lowest_common(one, other)
    tree.totals(np.bincount(one, minlength=10_000))
    assert time.process_time() - start < 1

import numpy as np
import pytest

from benchmarks.grown_tree import LONGEST, NOISES, SHORTEST, flat_answers, grow, with_leaves, write_catalogue
from core.catalogue.reading import read_catalogue
from core.taxonomy.reading import read_taxonomy
from core.taxonomy.taxonomy import Taxonomy

TREE = Taxonomy.from_paths(
    [
        (top, f"{top} {middle}", f"{leaf} {middle}")
        for top in ("Home", "Garden", "Office")
        for middle in ("Lighting", "Seating", "Storage")
        for leaf in ("Oak", "Steel", "Paper", "Glass")
    ]
)


@pytest.mark.parametrize("leaves", [20, 36, 60])
def test_the_tree_gets_the_leaves_asked_for(leaves):
    made = with_leaves(TREE, leaves)
    assert len(made.leaves) == leaves
    assert made.depth == (4 if leaves == 60 else 3)
    assert {made.path(node)[0] for node in made.children(0)} <= {"Home", "Garden", "Office"}


def test_more_leaves_than_can_be_made_are_refused():
    with pytest.raises(ValueError, match="can have 1000 leaves"):
        with_leaves(TREE, 1000)


def test_the_seed_decides():
    one, same, other = (grow(TREE, 500, NOISES["middle"], seed) for seed in (1, 1, 2))
    assert one.names() == same.names()
    assert one.names() != other.names()


def test_every_leaf_has_products_and_few_have_most():
    made = grow(TREE, 5000, NOISES["middle"])
    sizes = np.sort(np.bincount(made.leaves)[TREE.leaves])[::-1]
    assert sizes.sum() == 5000
    assert sizes[-1] >= 1
    # Zipf: the first of 36 has 1 / H(36) = 24% of those beyond one each, twice the second
    assert sizes[0] == pytest.approx(0.24 * 4964, rel=0.1)
    assert sizes[0] / sizes[1] == pytest.approx(2, rel=0.15)
    with pytest.raises(ValueError, match="36 products"):
        grow(TREE, 35, NOISES["middle"])


def test_names_have_a_handful_of_words():
    made = grow(TREE, 300, NOISES["middle"])
    lengths = {len(name.split()) for name in made.names()}
    assert lengths == set(range(SHORTEST, LONGEST + 1))


def test_noise_makes_leaves_harder_than_what_stands_above_them():
    right = {}
    for name, noise in NOISES.items():
        true, answered = flat_answers(grow(TREE, 3000, noise))
        top = TREE.at_depth(true, 1) == TREE.at_depth(answered, 1)
        right[name] = (true == answered).mean()
        assert right[name] < top.mean()
    assert right["low"] > right["middle"] > right["high"]


def test_a_written_catalogue_is_read_back(tmp_path):
    made = grow(TREE, 200, NOISES["low"])
    write_catalogue(made, tmp_path)
    read = read_catalogue(tmp_path / "products.csv", minimum=1)
    assert len(read.table) == 200
    paths = [TREE.title(leaf) for leaf in made.leaves]
    assert read.table["category_path"].tolist() == paths
    tree = read_taxonomy(tmp_path / "taxonomy.txt").tree
    assert {tree.path(node) for node in range(len(tree))} == {TREE.path(node) for node in range(len(TREE))}

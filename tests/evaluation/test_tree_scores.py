import json

import numpy as np
import pytest

from core.common.errors import CatalogueError
from core.evaluation.intervals import wilson
from core.evaluation.tree_scores import tree_scores
from core.taxonomy.taxonomy import Taxonomy

#  root - A, B;  A - C, D;  B - E, F;  C - H;  D - I;  E - G, J;  F - K
TREE = Taxonomy.from_paths(
    [("A", "C", "H"), ("A", "D", "I"), ("B", "E", "G"), ("B", "E", "J"), ("B", "F", "K")]
)


def at(*names):
    return np.array([TREE.names.index(name) for name in names])


def score(true, predicted, **options):
    return tree_scores(TREE, at(*true), at(*predicted), **options)


def test_answers_and_truths_are_sets_with_all_above_them():
    """Answer F, truth G: {B, F} and {B, E, G} share {B}."""
    found = score("G", "F")
    assert found.precision.value == pytest.approx(1 / 2)
    assert found.recall.value == pytest.approx(1 / 3)
    assert found.f1.value == pytest.approx(2 * (1 / 2) * (1 / 3) / (1 / 2 + 1 / 3))


def test_sums_are_over_products_not_means_of_them():
    """By hand: G as J (2 of 3 and 3), H as C (2 of 2, 2 of 3), I as I (3), K as H (0 of 3 and 3)."""
    found = score("GHIK", "JCIH")
    assert found.precision.value == pytest.approx((2 + 2 + 3 + 0) / (3 + 2 + 3 + 3))
    assert found.recall.value == pytest.approx((2 + 2 + 3 + 0) / 12)
    assert [each.value for each in found.levels] == pytest.approx([3 / 4, 3 / 4, 1 / 4])
    assert found.tested == (4, 4, 4)
    # J for G meets in E, one step above leaves; C for H in C, one step; H for K at the root, three steps
    assert found.mistakes == {1: 2, 3: 1}
    assert found.mistake_height == pytest.approx(5 / 3)


def test_a_level_counts_products_that_are_that_deep():
    found = score("AEG", "ABG")
    assert found.tested == (3, 2, 1)
    assert [each.value for each in found.levels] == [1, 1 / 2, 1]


def test_an_answer_that_is_too_deep_has_full_recall():
    found = score("E", "G")
    assert (found.recall.value, found.precision.value) == (1, pytest.approx(2 / 3))
    assert found.mistakes == {1: 1}


def test_the_root_says_nothing():
    found = tree_scores(TREE, at("G", "H"), np.array([0, 0]))
    assert (found.precision.value, found.recall.value, found.f1.value) == (0, 0, 0)
    assert found.mistakes == {3: 2}


def test_without_mistakes_there_is_no_height_and_the_interval_is_wilsons():
    found = score("GHIK" * 5, "GHIK" * 5)
    assert (found.mistakes, found.mistake_height) == ({}, None)
    assert found.levels[0].low == pytest.approx(wilson(20, 20).low)


def random_answers(n, seed=0):
    rng = np.random.default_rng(seed)
    leaves = TREE.leaves
    true = rng.choice(leaves, n)
    return true, np.where(rng.random(n) < 0.7, true, rng.choice(leaves, n))


def test_sets_give_the_same_scores():
    true, predicted = random_answers(300)
    found = tree_scores(TREE, true, predicted, resamples=10)
    sets = [{node, *TREE.ancestors(node)} - {0} for node in range(len(TREE))]
    shared = sum(len(sets[t] & sets[p]) for t, p in zip(true, predicted, strict=True))
    assert found.precision.value == pytest.approx(shared / sum(len(sets[p]) for p in predicted))
    assert found.recall.value == pytest.approx(shared / sum(len(sets[t]) for t in true))


def test_intervals_contain_the_value_and_groups_widen_them():
    true, predicted = random_answers(100)
    true, predicted = np.repeat(true, 5), np.repeat(predicted, 5)
    alone = tree_scores(TREE, true, predicted)
    together = tree_scores(TREE, true, predicted, groups=np.repeat(np.arange(100), 5))
    for one, other in zip(
        (*alone.levels, alone.f1, alone.precision, alone.recall),
        (*together.levels, together.f1, together.precision, together.recall),
        strict=True,
    ):
        assert one.value == other.value
        assert one.value in one
        assert 1.5 < (other.high - other.low) / (one.high - one.low) < 3.5  # the square root of 5 is 2.2


def test_the_dictionary_is_plain_json():
    found = json.loads(json.dumps(score("GHIK", "JCIH", resamples=50).to_dict()))
    assert found["levels"] == pytest.approx([0.75, 0.75, 0.25])
    assert found["mistakes_by_height"] == {"1": 2, "3": 1}
    assert len(found["level_intervals"]) == 3
    assert "safe" not in found


def test_what_does_not_fit_is_refused():
    with pytest.raises(CatalogueError, match="no products"):
        tree_scores(TREE, np.zeros(0, dtype=int), np.zeros(0, dtype=int))
    with pytest.raises(ValueError, match="below the root"):
        tree_scores(TREE, np.array([0]), np.array([1]))
    with pytest.raises(ValueError, match="class numbers"):
        tree_scores(TREE, np.array([1]), np.array([99]))

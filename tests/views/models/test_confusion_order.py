import numpy as np
import pytest

from core.views.models.confusion import ConfusionMatrix
from core.views.models.confusion_order import alphabetical, confused_together, extents, most_confused, ordered

NAMES = ("boots", "cups", "mugs", "shoes")
COUNTS = np.array([[1, 0, 0, 2], [0, 1, 1, 0], [0, 1, 0, 0], [1, 0, 0, 2]])


def matrix_of(counts: np.ndarray) -> ConfusionMatrix:
    return ConfusionMatrix(counts, tuple(f"category {i}" for i in range(len(counts))))


def test_a_to_z_ignores_case():
    assert list(alphabetical(["b", "C", "a"])) == [2, 0, 1]


def test_what_is_confused_stands_side_by_side():
    order = list(confused_together(COUNTS))
    assert sorted(order) == [0, 1, 2, 3]
    assert abs(order.index(0) - order.index(3)) == 1
    assert abs(order.index(1) - order.index(2)) == 1


def test_blocks_that_were_shuffled_are_restored():
    rng = np.random.default_rng(0)
    block = np.repeat(np.arange(8), 5)
    counts = 30 * np.eye(40, dtype=int) + 4 * (block[:, None] == block)
    shuffled = rng.permutation(40)
    order = confused_together(counts[np.ix_(shuffled, shuffled)])
    assert (np.diff(block[shuffled[order]]) != 0).sum() == 7


@pytest.mark.parametrize("m", [1, 2, 3, 7])
def test_without_mistakes_the_order_stays(m):
    assert list(confused_together(4 * np.eye(m, dtype=int))) == list(range(m))
    assert list(confused_together(np.zeros((m, m), dtype=int))) == list(range(m))


def test_most_confused_are_those_with_mistakes_of_either_kind():
    matrix = matrix_of(np.array([[5, 0, 0, 0], [0, 5, 3, 0], [1, 0, 5, 0], [0, 0, 0, 5]]))
    assert list(most_confused(matrix)) == [0, 1, 2]
    assert list(most_confused(matrix, 2)) == [1, 2]
    assert len(most_confused(matrix_of(np.eye(3, dtype=int)))) == 0


def test_few_groups_are_all_drawn_first():
    offered = extents(matrix_of(np.array([[5, 1, 0], [0, 5, 0], [0, 0, 5]])), 30)
    assert {code: list(extent.groups) for code, extent in offered.items()} == {
        "all": [0, 1, 2],
        "mistakes": [0, 1],
    }
    assert list(offered) == ["all", "mistakes"]


@pytest.mark.parametrize("m", [3, 50])
def test_without_mistakes_all_groups_are_the_only_extent(m):
    assert list(extents(matrix_of(np.eye(m, dtype=int)), 30)) == ["all"]


def test_of_many_groups_the_most_confused_are_drawn_first():
    counts = np.eye(50, dtype=int) * 3
    counts[np.arange(40), np.arange(1, 41)] += 1
    offered = extents(matrix_of(counts), 30)
    assert {code: len(extent.groups) for code, extent in offered.items()} == {
        "most": 30,
        "mistakes": 41,
        "all": 50,
    }
    assert next(iter(offered)) == "most"
    assert offered["most"].name == "30 most confused"


def test_selected_groups_are_drawn_with_those_they_are_confused_with():
    offered = extents(ConfusionMatrix(COUNTS, NAMES), 30, np.array([1]))
    assert next(iter(offered)) == "chosen"
    assert list(offered["chosen"].groups) == [1, 2]


def test_the_order_is_among_the_groups_shown():
    matrix, some = ConfusionMatrix(COUNTS, NAMES), np.array([0, 1, 3])
    assert list(ordered(matrix, some, together=False)) == [0, 1, 3]
    together = list(ordered(matrix, some, together=True))
    assert sorted(together) == [0, 1, 3]
    assert together[-1] == 1  # confused with none of the others shown

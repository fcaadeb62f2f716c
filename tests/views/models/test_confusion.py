import numpy as np
import pytest

from core.views.models import confusion
from core.views.models.confusion import Cell
from core.views.models.groupings import Grouping, each_alone

CLASSES = ("boots", "cups", "mugs", "shoes")
TRUE = np.array([0, 0, 0, 1, 1, 2, 3, 3, 3])
SAID = np.array([0, 3, 3, 1, 2, 1, 3, 3, 0])
ALONE = each_alone(CLASSES)
PAIRED = Grouping(("footwear", "kitchen"), np.array([0, 1, 1, 0]))


def event(*customdata) -> dict:
    return {"selection": {"points": [{"x": 1.0, "customdata": data} for data in customdata]}}


def test_rows_are_true_and_columns_predicted():
    matrix = confusion.count_cells(TRUE, SAID, ALONE)
    assert matrix.tolist() == [[1, 0, 0, 2], [0, 1, 1, 0], [0, 1, 0, 0], [1, 0, 0, 2]]


def test_grouped_cells_lose_no_product():
    matrix = confusion.count_cells(TRUE, SAID, PAIRED)
    assert matrix.tolist() == [[6, 0], [0, 3]]


def test_mistakes_are_all_but_the_diagonal():
    assert np.trace(confusion.mistakes(np.arange(9).reshape(3, 3))) == 0
    assert confusion.mistakes(np.arange(9).reshape(3, 3)).sum() == 36 - 12


def test_a_to_z_whatever_the_capitals():
    assert list(confusion.alphabetical(["b", "C", "a"])) == [2, 0, 1]


def test_what_is_mixed_up_stands_side_by_side():
    order = list(confusion.confused_together(confusion.count_cells(TRUE, SAID, ALONE)))
    assert sorted(order) == [0, 1, 2, 3]
    assert abs(order.index(0) - order.index(3)) == 1
    assert abs(order.index(1) - order.index(2)) == 1


def test_blocks_that_were_shuffled_are_found_again():
    rng = np.random.default_rng(0)
    block = np.repeat(np.arange(8), 5)
    matrix = 30 * np.eye(40, dtype=int) + 4 * (block[:, None] == block)
    shuffled = rng.permutation(40)
    order = confusion.confused_together(matrix[np.ix_(shuffled, shuffled)])
    assert (np.diff(block[shuffled[order]]) != 0).sum() == 7


@pytest.mark.parametrize("m", [1, 2, 3, 7])
def test_nothing_mixed_up_stays_as_it_was(m):
    assert list(confusion.confused_together(4 * np.eye(m, dtype=int))) == list(range(m))
    assert list(confusion.confused_together(np.zeros((m, m), dtype=int))) == list(range(m))


def test_most_confused_are_those_with_mistakes_of_either_kind():
    matrix = np.array([[5, 0, 0, 0], [0, 5, 3, 0], [1, 0, 5, 0], [0, 0, 0, 5]])
    assert list(confusion.most_confused(matrix)) == [0, 1, 2]
    assert list(confusion.most_confused(matrix, 2)) == [1, 2]
    assert len(confusion.most_confused(np.eye(3, dtype=int))) == 0


def test_extents_offer_only_what_differs():
    few = np.array([[5, 1, 0], [0, 5, 0], [0, 0, 5]])
    assert {code: list(found) for code, (_, found) in confusion.extents(few, 30).items()} == {
        "all": [0, 1, 2],
        "mistakes": [0, 1],
    }
    assert list(confusion.extents(few, 30)) == ["all", "mistakes"]
    assert list(confusion.extents(np.eye(3, dtype=int), 30)) == ["all"]
    assert list(confusion.extents(np.eye(50, dtype=int), 30)) == ["all"]
    many = np.eye(50, dtype=int) * 3
    many[np.arange(40), np.arange(1, 41)] += 1
    extents = confusion.extents(many, 30)
    assert {code: len(found) for code, (_, found) in extents.items()} == {
        "most": 30,
        "mistakes": 41,
        "all": 50,
    }
    assert next(iter(extents)) == "most"
    assert extents["most"][0] == "30 most mixed up"


def test_order_is_among_the_groups_shown():
    matrix = confusion.count_cells(TRUE, SAID, ALONE)
    some = np.array([0, 1, 3])
    assert list(confusion.ordered(matrix, CLASSES, some, together=False)) == [0, 1, 3]
    together = list(confusion.ordered(matrix, CLASSES, some, together=True))
    assert sorted(together) == [0, 1, 3]
    assert together[-1] == 1  # mixed up with none of the others shown


def test_cells_come_with_the_most_frequent_mistakes_first():
    cells = confusion.filled_cells(confusion.count_cells(TRUE, SAID, ALONE))
    assert cells[0] == Cell(0, 3)
    wrong = [cell for cell in cells if cell.true != cell.predicted]
    assert cells[: len(wrong)] == wrong
    assert cells[len(wrong)] == Cell(3, 3)
    assert len(cells) == 7


def test_a_cell_is_called_by_its_names_and_counted():
    matrix = confusion.count_cells(TRUE, SAID, ALONE)
    assert confusion.cell_word(Cell(0, 3), CLASSES, matrix) == "boots, taken for shoes (2)"
    assert confusion.cell_word(Cell(1, 1), CLASSES, matrix) == "cups, rightly (1)"


@pytest.mark.parametrize("grouping", [ALONE, PAIRED])
def test_the_cells_share_out_all_products(grouping):
    matrix = confusion.count_cells(TRUE, SAID, grouping)
    found = [confusion.cell_places(TRUE, SAID, grouping, cell) for cell in confusion.filled_cells(matrix)]
    assert [len(places) for places in found] == [matrix[cell] for cell in confusion.filled_cells(matrix)]
    assert sorted(np.concatenate(found)) == list(range(len(TRUE)))


def test_places_of_a_cell():
    assert list(confusion.cell_places(TRUE, SAID, ALONE, Cell(0, 3))) == [1, 2]
    assert list(confusion.cell_places(TRUE, SAID, PAIRED, Cell(1, 1))) == [3, 4, 5]
    assert len(confusion.cell_places(TRUE, SAID, PAIRED, Cell(0, 1))) == 0


def test_a_picked_cell_is_what_the_point_carries():
    assert confusion.picked_cell(event([3, 1])) == Cell(3, 1)
    assert confusion.picked_cell(event({"0": 3, "1": 1})) == Cell(3, 1)
    assert confusion.picked_cell(event((3.0, 1.0), [0, 0])) == Cell(3, 1)


@pytest.mark.parametrize(
    "nothing",
    [
        None,
        {},
        {"selection": None},
        {"selection": {}},
        event(),
        event(None),
        event([]),
        event([4]),
        event("ab"),
    ],
)
def test_no_cell_picked(nothing):
    assert confusion.picked_cell(nothing) is None


def test_the_matrix_as_a_table():
    table = confusion.matrix_table(np.array([[2, 1], [0, 3]]), ["a", "b"])
    assert table.to_dict("records") == [
        {"true \\ predicted": "a", "a": 2, "b": 1},
        {"true \\ predicted": "b", "a": 0, "b": 3},
    ]


def test_the_most_frequent_mistakes_come_first_with_their_share_of_the_category():
    matrix = confusion.count_cells(TRUE, SAID, ALONE)
    table = confusion.mistake_table(matrix, CLASSES)
    assert table.to_dict("list") == {
        "Category": ["boots", "mugs", "cups", "shoes"],
        "Predicted": ["shoes", "cups", "mugs", "boots"],
        "Products": [2, 1, 1, 1],
        "Share": pytest.approx([2 / 3, 1, 1 / 2, 1 / 3]),
    }

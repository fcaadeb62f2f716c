import numpy as np
import pytest

from core.views.models.confusion import MISTAKE_SHARES, Cell, ConfusionMatrix, in_cell, picked_cell
from core.views.models.groupings import Grouping, each_alone

CLASSES = ("boots", "cups", "mugs", "shoes")
TRUE = np.array([0, 0, 0, 1, 1, 2, 3, 3, 3])
PREDICTED = np.array([0, 3, 3, 1, 2, 1, 3, 3, 0])
ALONE = each_alone(CLASSES)
PAIRED = Grouping(("footwear", "kitchen"), np.array([0, 1, 1, 0]))
MATRIX = ConfusionMatrix.of(TRUE, PREDICTED, ALONE)


def event(*customdata) -> dict:
    return {"selection": {"points": [{"x": 1.0, "customdata": data} for data in customdata]}}


def test_rows_are_true_and_columns_predicted():
    assert MATRIX.counts.tolist() == [[1, 0, 0, 2], [0, 1, 1, 0], [0, 1, 0, 0], [1, 0, 0, 2]]
    assert MATRIX.names == CLASSES


def test_grouped_cells_lose_no_product():
    assert ConfusionMatrix.of(TRUE, PREDICTED, PAIRED).counts.tolist() == [[6, 0], [0, 3]]


def test_mistakes_are_all_but_the_diagonal():
    assert MATRIX.mistakes.tolist() == [[0, 0, 0, 2], [0, 0, 1, 0], [0, 1, 0, 0], [1, 0, 0, 0]]


def test_cells_come_with_the_most_frequent_mistakes_first():
    wrong = [cell for cell in MATRIX.cells if cell.true != cell.predicted]
    assert MATRIX.cells[0] == Cell(0, 3)
    assert MATRIX.cells[: len(wrong)] == wrong
    assert MATRIX.cells[len(wrong)] == Cell(3, 3)
    assert len(MATRIX.cells) == 7


def test_a_cell_has_a_name_and_a_count():
    assert MATRIX.cell_name(Cell(0, 3)) == "boots predicted as shoes (2)"
    assert MATRIX.cell_name(Cell(1, 1)) == "cups, correct (1)"


@pytest.mark.parametrize("grouping", [ALONE, PAIRED])
def test_every_answer_is_in_one_cell(grouping):
    matrix = ConfusionMatrix.of(TRUE, PREDICTED, grouping)
    positions = [in_cell(TRUE, PREDICTED, grouping, cell) for cell in matrix.cells]
    assert [len(each) for each in positions] == [matrix.counts[cell] for cell in matrix.cells]
    assert sorted(np.concatenate(positions)) == list(range(len(TRUE)))


def test_the_answers_in_a_cell():
    assert list(in_cell(TRUE, PREDICTED, ALONE, Cell(0, 3))) == [1, 2]
    assert list(in_cell(TRUE, PREDICTED, PAIRED, Cell(1, 1))) == [3, 4, 5]
    assert len(in_cell(TRUE, PREDICTED, PAIRED, Cell(0, 1))) == 0


def test_a_picked_cell_is_what_the_point_carries():
    assert picked_cell(event([3, 1])) == Cell(3, 1)
    assert picked_cell(event({"0": 3, "1": 1})) == Cell(3, 1)
    assert picked_cell(event((3.0, 1.0), [0, 0])) == Cell(3, 1)


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
    assert picked_cell(nothing) is None


def test_the_matrix_as_a_table():
    table = ConfusionMatrix(np.array([[2, 1], [0, 3]]), ("a", "b")).table()
    assert table.to_dict("records") == [
        {"true \\ predicted": "a", "a": 2, "b": 1},
        {"true \\ predicted": "b", "a": 0, "b": 3},
    ]


def test_the_most_frequent_mistakes_come_first_with_their_share_of_the_category():
    table = MATRIX.mistake_table()
    assert set(MISTAKE_SHARES) <= set(table)
    assert table.to_dict("list") == {
        "True category": ["boots", "mugs", "cups", "shoes"],
        "Predicted": ["shoes", "cups", "mugs", "boots"],
        "Products": [2, 1, 1, 1],
        "Share of the category": pytest.approx([2 / 3, 1, 1 / 2, 1 / 3]),
    }

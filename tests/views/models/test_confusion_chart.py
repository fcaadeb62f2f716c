import tomllib

import numpy as np
import pytest

from core.views.models.confusion import Cell, ConfusionMatrix, picked_cell
from core.views.models.confusion_chart import PICKED, confusion_chart
from tests.colours import contrast
from tests.paths import ROOT

MATRIX = ConfusionMatrix(np.array([[6, 2, 2], [0, 5, 0], [1, 0, 4]]), ("a", "b", "c"))
ALL = np.arange(3)


def matrix_of(counts: np.ndarray) -> ConfusionMatrix:
    return ConfusionMatrix(counts, tuple(f"category {i}" for i in range(len(counts))))


def parts(figure):
    colours, targets = figure.data
    return np.asarray(colours.z), targets


def test_shares_are_of_the_whole_row_even_when_cut():
    figure = confusion_chart(MATRIX, np.array([0, 2]), shares=True)
    assert [list(row) for row in figure.data[0].text] == [["60%", "20%"], ["20%", "80%"]]
    assert "20.0% of the row" in "".join(figure.data[1].text)


def test_right_and_wrong_differ_in_sign():
    z, _ = parts(confusion_chart(MATRIX, ALL, shares=False))
    assert (np.diag(z) > 0).all()
    assert z[0, 1] < 0 and z[1, 0] == 0


def test_every_cell_with_products_takes_the_mouse_and_says_which_it_is():
    _, targets = parts(confusion_chart(MATRIX, np.array([2, 0, 1]), shares=True))
    cells = {tuple(numbers) for numbers in np.asarray(targets.customdata).tolist()}
    assert cells == {(0, 0), (0, 1), (0, 2), (1, 1), (2, 0), (2, 2)}
    place = {
        tuple(n): (round(x), y) for n, x, y in zip(targets.customdata, targets.x, targets.y, strict=True)
    }
    assert place[0, 1] == (2, 1)  # of the groups shown, b is the third column and a the second row
    point = {"customdata": list(targets.customdata[0])}
    assert picked_cell({"selection": {"points": [point]}}) in {Cell(*numbers) for numbers in cells}
    assert targets.mode == "markers"
    assert targets.marker.symbol == "square"


def test_squares_fill_wide_cells_and_stay_within():
    for k in (2, 3, 7, 14, 60):
        _, targets = parts(confusion_chart(matrix_of(np.eye(k, dtype=int)), np.arange(k), shares=True))
        assert np.abs(targets.x - np.round(targets.x)).max() < 0.5
        assert (len(targets.x) > k) == (k < 14)


def test_without_the_diagonal_only_mistakes_are_drawn_and_the_largest_is_the_darkest():
    z, targets = parts(confusion_chart(MATRIX, ALL, shares=True, diagonal=False))
    assert (np.diag(z) == 0).all()
    assert z.min() == -1
    assert all(true != predicted for true, predicted in np.asarray(targets.customdata))


def test_the_picked_cell_is_outlined():
    (box,) = confusion_chart(MATRIX, np.array([2, 0]), shares=True, picked=Cell(0, 2)).layout.shapes
    assert (box.x0, box.x1, box.y0, box.y1) == (-0.5, 0.5, 0.5, 1.5)
    assert not confusion_chart(MATRIX, np.array([2, 0]), shares=True, picked=Cell(0, 1)).layout.shapes


def test_the_outline_stands_out_from_both_grounds():
    theme = tomllib.loads((ROOT / ".streamlit/config.toml").read_text())["theme"]
    for name in ("light", "dark"):
        assert contrast(PICKED, theme[name]["backgroundColor"]) >= 3


@pytest.mark.parametrize(("k", "annotated"), [(7, True), (45, False), (141, False)])
def test_it_fits_its_number_of_categories(k, annotated):
    rng = np.random.default_rng(0)
    counts = 30 * np.eye(k, dtype=int) + (rng.random((k, k)) < 0.03)
    figure = confusion_chart(matrix_of(counts), np.arange(k), shares=True)
    assert (figure.data[0].text is not None) == annotated
    assert figure.layout.height < 1800
    assert len(figure.to_json()) < 1_000_000
    assert len(figure.data[1].x) < 3000  # each is an element of the page


@pytest.mark.parametrize("shares", [True, False])
@pytest.mark.parametrize("diagonal", [True, False])
def test_nothing_at_all_can_be_drawn(shares, diagonal):
    empty = matrix_of(np.zeros((2, 2), dtype=int))
    figure = confusion_chart(empty, np.arange(2), shares=shares, diagonal=diagonal)
    assert "NaN" not in figure.to_json()


def test_names_that_start_alike_and_numbers_stay_apart():
    names = (
        "Very long category name that goes on: red",
        "Very long category name that goes on: blue",
        "2024",
    )
    figure = confusion_chart(ConfusionMatrix(np.eye(3, dtype=int), names), ALL, shares=False)
    assert list(figure.layout.yaxis.tickvals) == [0, 1, 2]
    assert figure.layout.yaxis.ticktext[2] == "2024"
    assert any(names[0] in text for text in figure.data[1].text)


def test_the_first_row_is_at_the_top():
    assert confusion_chart(MATRIX, ALL, shares=True).layout.yaxis.range == (2.5, -0.5)

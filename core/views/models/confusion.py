"""Which categories are taken for which: the matrix, its order, its mistakes, and the products of a cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from core.views.models.groupings import Grouping

if TYPE_CHECKING:
    import pandas as pd


class Cell(NamedTuple):
    """A cell of the matrix: the numbers of two groups."""

    true: int
    predicted: int


def count_cells(true: np.ndarray, predicted: np.ndarray, grouping: Grouping) -> np.ndarray:
    """Return the confusion matrix, int64 (m, m): rows are true groups, columns predicted ones.

    Parameters
    ----------
    true, predicted
        int (n,): class numbers.
    """
    m = len(grouping.names)
    return np.bincount(grouping.of_class[true] * m + grouping.of_class[predicted], minlength=m * m).reshape(
        m, m
    )


def mistakes(matrix: np.ndarray) -> np.ndarray:
    """Return the matrix without its diagonal, where answers are right."""
    return np.where(np.eye(len(matrix), dtype=bool), 0, matrix)


def alphabetical(names: Sequence[str]) -> np.ndarray:
    """Return int64 (m,): the groups from A to Z, capitals making no difference."""
    return np.array(sorted(range(len(names)), key=lambda number: names[number].casefold()), dtype=np.int64)


def confused_together(matrix: np.ndarray) -> np.ndarray:
    """Return int64 (m,): the groups in an order in which those that are mixed up stand side by side.

    Average linkage on how large a share of either is taken for the other, the leaves ordered so that
    neighbours are as close as the tree allows (Bar-Joseph, Gifford and Jaakkola, 2001). Groups that are never
    mixed up come last, as they were.
    """
    wrong = mistakes(matrix)
    shares = wrong / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    close = shares + shares.T
    touched = np.flatnonzero(close.any(axis=1))
    if len(touched) > 2:
        from scipy.cluster.hierarchy import leaves_list, linkage
        from scipy.spatial.distance import squareform

        inner = close[np.ix_(touched, touched)]
        far = np.where(np.eye(len(touched), dtype=bool), 0, 1 - inner / inner.max())
        touched = touched[leaves_list(linkage(squareform(far), "average", optimal_ordering=True))]
    return np.concatenate([touched, np.setdiff1d(np.arange(len(matrix)), touched)]).astype(np.int64)


def most_confused(matrix: np.ndarray, k: int | None = None) -> np.ndarray:
    """Return int64, ascending: the groups with mistakes, the `k` with the most of them where `k` is given."""
    wrong = mistakes(matrix)
    of_group = wrong.sum(axis=0) + wrong.sum(axis=1)
    order = np.argsort(-of_group, kind="stable")[: np.count_nonzero(of_group)]
    return np.sort(order[:k])


def filled_cells(matrix: np.ndarray) -> list[Cell]:
    """List the cells that hold products: mistakes first, then the diagonal, the fullest of each first."""
    true, predicted = np.nonzero(matrix)
    order = np.lexsort((-matrix[true, predicted], true == predicted))
    return [Cell(int(true[i]), int(predicted[i])) for i in order]


def ordered(matrix: np.ndarray, names: Sequence[str], numbers: np.ndarray, *, together: bool) -> np.ndarray:
    """Return int64: the groups `numbers`, those mixed up with each other side by side, or from A to Z."""
    if together:
        return numbers[confused_together(matrix[np.ix_(numbers, numbers)])]
    return numbers[alphabetical([names[number] for number in numbers])]


def cell_word(cell: Cell, names: Sequence[str], matrix: np.ndarray) -> str:
    """Return what a person calls a cell, with the number of its products."""
    count = f"{int(matrix[cell]):,}"
    if cell.true == cell.predicted:
        return f"{names[cell.true]}, rightly ({count})"
    return f"{names[cell.true]}, taken for {names[cell.predicted]} ({count})"


def matrix_table(matrix: np.ndarray, names: Sequence[str]) -> pd.DataFrame:
    """Lay out a matrix: a row a true group, a column a predicted one."""
    import pandas as pd

    table = pd.DataFrame(matrix, columns=list(names))
    table.insert(0, "true \\ predicted", list(names), allow_duplicates=True)
    return table


def cell_places(true: np.ndarray, predicted: np.ndarray, grouping: Grouping, cell: Cell) -> np.ndarray:
    """Return int64: the places of the products that are in a cell."""
    groups = grouping.of_class
    return np.flatnonzero((groups[true] == cell.true) & (groups[predicted] == cell.predicted))


def picked_cell(event: Mapping[str, Any] | None) -> Cell | None:
    """Return the cell picked in a matrix that `core.views.models.confusion_chart` drew, None where none was.

    Parameters
    ----------
    event
        What ``st.plotly_chart(..., on_select=...)`` leaves: the custom data of each point of its selection
        holds the numbers of the true and of the predicted group.
    """
    points = ((event or {}).get("selection") or {}).get("points") or []
    for point in points:
        numbers = point.get("customdata")
        if isinstance(numbers, Mapping):  # the browser may send arrays as {"0": ..., "1": ...}
            numbers = list(numbers.values())
        if isinstance(numbers, list | tuple) and len(numbers) >= 2:
            return Cell(int(numbers[0]), int(numbers[1]))
    return None


def _around(matrix: np.ndarray, chosen: Sequence[int], many: int) -> np.ndarray:
    wrong = mistakes(matrix)
    ties = wrong[:, chosen].sum(axis=1) + wrong[chosen].sum(axis=0)
    ties[list(chosen)] = 0
    order = np.argsort(-ties, kind="stable")[: np.count_nonzero(ties)][:many]
    return np.union1d(order, chosen).astype(np.int64)


def extents(matrix: np.ndarray, many: int, chosen: Sequence[int] = ()) -> dict[str, tuple[str, np.ndarray]]:
    """Return how much of a matrix may be drawn: code -> what to call it, and the groups; the best one first.

    All groups; those with mistakes, if that leaves some out; and, of more than `many`, those with the most.
    Where groups are `chosen`: first of all these, and up to `many` with which they are mixed up most.
    """
    if len(chosen):
        return {"chosen": ("Chosen categories", _around(matrix, chosen, many))} | extents(matrix, many)
    m = len(matrix)
    wrong, most = most_confused(matrix), most_confused(matrix, many)
    found = {}
    if m > many and 1 < len(most) < len(wrong):
        found["most"] = (f"{len(most)} most mixed up", most)
    if 1 < len(wrong) < m:
        found["mistakes"] = (f"{len(wrong)} with mistakes", wrong)
    found["all"] = (f"All {m}", np.arange(m))
    return found if m > many else dict(reversed(found.items()))


def mistake_table(matrix: np.ndarray, names: Sequence[str]) -> pd.DataFrame:
    """List the mistakes of a matrix, most frequent first.

    Returns
    -------
    DataFrame
        Category, Predicted, Products, and Share: of the category's test products, 0 to 1.
    """
    import pandas as pd

    true, predicted = np.nonzero(mistakes(matrix))
    products = matrix[true, predicted]
    named = np.asarray(names, dtype=object)
    frame = pd.DataFrame(
        {
            "Category": named[true],
            "Predicted": named[predicted],
            "Products": products,
            "Share": products / matrix.sum(axis=1)[true],
        }
    )
    return frame.sort_values(["Products", "Share"], ascending=False, kind="stable", ignore_index=True)

"""Which categories are predicted instead of which: the confusion matrix, its mistakes and its cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from core.views.models.groupings import Grouping

if TYPE_CHECKING:
    import pandas as pd

MISTAKE_SHARES = ("Share of the category",)
"""The columns of :attr:`ConfusionMatrix.mistake_table` that are shares, 0 to 1."""


class Cell(NamedTuple):
    """A cell of the matrix: the indices of its true and its predicted group."""

    true: int
    predicted: int


@dataclass(frozen=True, eq=False)
class ConfusionMatrix:
    """How many test products of each group are predicted as which group.

    Attributes
    ----------
    counts
        int64 (m, m): rows are true groups, columns predicted ones.
    names
        Of the m groups.
    """

    counts: np.ndarray
    names: tuple[str, ...]

    @classmethod
    def of(cls, true: np.ndarray, predicted: np.ndarray, grouping: Grouping) -> ConfusionMatrix:
        """Count the answers of a model by group.

        Parameters
        ----------
        true, predicted
            int (n,): indices of categories.
        grouping
            The group of each category.
        """
        m = len(grouping.names)
        cells = grouping.of_class[true] * m + grouping.of_class[predicted]
        return cls(np.bincount(cells, minlength=m * m).reshape(m, m), grouping.names)

    @cached_property
    def mistakes(self) -> np.ndarray:
        """The counts without the diagonal, where answers are right: int64 (m, m)."""
        return np.where(np.eye(len(self.counts), dtype=bool), 0, self.counts)

    @cached_property
    def cells(self) -> list[Cell]:
        """The cells with products: mistakes first, then the diagonal, each with the most products first."""
        true, predicted = np.nonzero(self.counts)
        order = np.lexsort((-self.counts[true, predicted], true == predicted))
        return [Cell(int(true[i]), int(predicted[i])) for i in order]

    def cell_name(self, cell: Cell) -> str:
        """Return the name of a cell, with the number of its products."""
        count = f"({int(self.counts[cell]):,})"
        if cell.true == cell.predicted:
            return f"{self.names[cell.true]}, correct {count}"
        return f"{self.names[cell.true]} predicted as {self.names[cell.predicted]} {count}"

    def table(self) -> pd.DataFrame:
        """Return the matrix as a table: a row per true group, a column per predicted one."""
        import pandas as pd

        table = pd.DataFrame(self.counts, columns=list(self.names))
        table.insert(0, "true \\ predicted", list(self.names), allow_duplicates=True)
        return table

    def mistake_table(self) -> pd.DataFrame:
        """List the mistakes, the most frequent first.

        Returns
        -------
        DataFrame
            True category, Predicted, Products, and Share of the category: of its test products, 0 to 1.
        """
        import pandas as pd

        true, predicted = np.nonzero(self.mistakes)
        products, names = self.counts[true, predicted], np.asarray(self.names, dtype=object)
        share = products / self.counts.sum(axis=1)[true]
        columns = ("True category", "Predicted", "Products", *MISTAKE_SHARES)
        values = (names[true], names[predicted], products, share)
        table = pd.DataFrame(dict(zip(columns, values, strict=True)))
        return table.sort_values(
            ["Products", *MISTAKE_SHARES], ascending=False, kind="stable", ignore_index=True
        )


def in_cell(true: np.ndarray, predicted: np.ndarray, grouping: Grouping, cell: Cell) -> np.ndarray:
    """Return int64: the positions of the answers that are in a cell."""
    groups = grouping.of_class
    return np.flatnonzero((groups[true] == cell.true) & (groups[predicted] == cell.predicted))


def picked_cell(event: Mapping[str, Any] | None) -> Cell | None:
    """Return the cell picked in a chart of `core.views.models.confusion_chart`, None where none was.

    Parameters
    ----------
    event
        What ``st.plotly_chart(..., on_select=...)`` returns: the custom data of each point of its selection
        are the indices of the true and of the predicted group.
    """
    points = ((event or {}).get("selection") or {}).get("points") or []
    for point in points:
        indices = point.get("customdata")
        if isinstance(indices, Mapping):  # the browser may send arrays as {"0": ..., "1": ...}
            indices = list(indices.values())
        if isinstance(indices, list | tuple) and len(indices) >= 2:
            return Cell(int(indices[0]), int(indices[1]))
    return None

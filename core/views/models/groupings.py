"""Categories put together into groups, as the levels of the taxonomy have them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Grouping:
    """Categories put together into groups.

    Attributes
    ----------
    names
        Of the m groups.
    of_class
        int64 (k,): the group of each of the k categories.
    """

    names: tuple[str, ...]
    of_class: np.ndarray


def each_alone(classes: Sequence[str]) -> Grouping:
    """Return the grouping in which every category is a group by itself."""
    return Grouping(tuple(classes), np.arange(len(classes)))


def level_groupings(table: pd.DataFrame, labels: np.ndarray, classes: Sequence[str]) -> dict[str, Grouping]:
    """Return the levels of the taxonomy that are coarser than the categories: column -> grouping.

    A category belongs to the group of more than half of its products on that level. A level on which some
    category has no such majority, or that has one group or as many as there are categories, is left out.

    Parameters
    ----------
    table
        The catalogue; its levels are ``level_1, level_2 ...``, "" where a product has none.
    labels
        int (rows,): each product's category, an index into `classes`.
    classes
        Names of the categories.
    """
    import pandas as pd

    groupings: dict[str, Grouping] = {}
    rows = np.bincount(labels, minlength=len(classes))
    for column in sorted(name for name in table.columns if name.startswith("level_")):
        codes, values = pd.factorize(table[column], sort=True)
        counts = np.bincount(labels * len(values) + codes, minlength=len(classes) * len(values))
        counts = counts.reshape(len(classes), len(values))
        counts[:, np.asarray(values, dtype=object) == ""] = 0
        largest = counts.argmax(axis=1)
        if not (2 * counts.max(axis=1) > rows).all():
            continue
        kept, of_class = np.unique(largest, return_inverse=True)
        known = any(np.array_equal(of_class, other.of_class) for other in groupings.values())
        if 1 < len(kept) < len(classes) and not known:
            groupings[column] = Grouping(tuple(str(values[code]) for code in kept), of_class)
    return groupings

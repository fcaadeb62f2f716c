"""Which groups of a confusion matrix are drawn, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from core.views.models.confusion import ConfusionMatrix


class Extent(NamedTuple):
    """A part of a matrix that can be drawn: its name, and the indices of its groups."""

    name: str
    groups: np.ndarray


def alphabetical(names: Sequence[str]) -> np.ndarray:
    """Return int64 (m,): the groups from A to Z, ignoring case."""
    return np.array(sorted(range(len(names)), key=lambda index: names[index].casefold()), dtype=np.int64)


def confused_together(counts: np.ndarray) -> np.ndarray:
    """Return int64 (m,): the groups in an order in which those that are confused stand side by side.

    Average linkage on the share of either group that is predicted as the other, the leaves ordered so that
    neighbours are as close as the tree allows (Bar-Joseph, Gifford and Jaakkola, 2001). Groups that are never
    confused come last, in their own order.

    Parameters
    ----------
    counts
        int64 (m, m): a confusion matrix.
    """
    wrong = np.where(np.eye(len(counts), dtype=bool), 0, counts)
    shares = wrong / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    close = shares + shares.T
    confused = np.flatnonzero(close.any(axis=1))
    if len(confused) > 2:
        from scipy.cluster.hierarchy import leaves_list, linkage
        from scipy.spatial.distance import squareform

        inner = close[np.ix_(confused, confused)]
        far = np.where(np.eye(len(confused), dtype=bool), 0, 1 - inner / inner.max())
        confused = confused[leaves_list(linkage(squareform(far), "average", optimal_ordering=True))]
    return np.concatenate([confused, np.setdiff1d(np.arange(len(counts)), confused)]).astype(np.int64)


def ordered(matrix: ConfusionMatrix, groups: np.ndarray, *, together: bool) -> np.ndarray:
    """Return int64: some groups, those that are confused side by side, or from A to Z."""
    if together:
        return np.asarray(groups[confused_together(matrix.counts[np.ix_(groups, groups)])])
    return np.asarray(groups[alphabetical([matrix.names[index] for index in groups])])


def most_confused(matrix: ConfusionMatrix, k: int | None = None) -> np.ndarray:
    """Return int64, ascending: the groups with mistakes, the `k` with the most of them where `k` is given."""
    of_group = matrix.mistakes.sum(axis=0) + matrix.mistakes.sum(axis=1)
    order = np.argsort(-of_group, kind="stable")[: np.count_nonzero(of_group)]
    return np.sort(order[:k])


def extents(matrix: ConfusionMatrix, many: int, chosen: Sequence[int] | np.ndarray = ()) -> dict[str, Extent]:
    """Return which parts of a matrix can be drawn: code -> extent, the best one first.

    All groups; those with mistakes, if that leaves some out; and, of more than `many`, those with the most
    mistakes. Where groups are `chosen`: first of all these, with up to `many` that they are confused with.
    """
    if len(chosen):
        around = Extent("Selected categories", _around(matrix, chosen, many))
        return {"chosen": around} | extents(matrix, many)
    m = len(matrix.names)
    wrong, most = most_confused(matrix), most_confused(matrix, many)
    offered: dict[str, Extent] = {}
    if m > many and 1 < len(most) < len(wrong):
        offered["most"] = Extent(f"{len(most)} most confused", most)
    if 1 < len(wrong) < m:
        offered["mistakes"] = Extent(f"{len(wrong)} with mistakes", wrong)
    offered["all"] = Extent(f"All {m}", np.arange(m))
    return offered if m > many else dict(reversed(offered.items()))


def _around(matrix: ConfusionMatrix, chosen: Sequence[int] | np.ndarray, many: int) -> np.ndarray:
    ties = matrix.mistakes[:, chosen].sum(axis=1) + matrix.mistakes[chosen].sum(axis=0)
    ties[list(chosen)] = 0
    order = np.argsort(-ties, kind="stable")[: np.count_nonzero(ties)][:many]
    return np.union1d(order, chosen).astype(np.int64)

"""How far down the category tree the answers of a bundle are right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from core.evaluation.tree_scores import TreeScores, tree_scores
from core.taxonomy.products import CategoryTree, class_tree, product_paths
from core.taxonomy.taxonomy import ROOT

if TYPE_CHECKING:
    from core.bundle.reader import Bundle


def tree_of(bundle: Bundle) -> CategoryTree | None:
    """Return the tree of a bundle's categories, None where it is flat."""
    table = bundle.table
    return class_tree(table["category"].tolist(), product_paths(table), bundle.classes)


class TreeCount:
    """Collects answers, chunk by chunk; products of one name count as one when intervals are drawn."""

    def __init__(self, bundle: Bundle) -> None:
        self._tree = tree_of(bundle)
        self._answers: list[tuple[np.ndarray, np.ndarray]] = []
        self._groups: list[int] = []
        self._known: dict[str, int] = {}

    def add(self, true: np.ndarray, predicted: np.ndarray, names: Sequence[str]) -> None:
        """Add answers.

        Parameters
        ----------
        true, predicted
            int64 (n,): categories; -1 for a product that has no answer.
        names
            Of the products, "" where they have none.
        """
        if self._tree is None:
            return
        self._answers.append((true, predicted))
        for name in names:
            alone = f"\n{len(self._groups)}"  # names have one line
            self._groups.append(self._known.setdefault(name.casefold() or alone, len(self._known)))

    def result(self) -> TreeScores | None:
        """Return the scores; None where the categories are no tree."""
        if self._tree is None or not self._answers:
            return None
        true, predicted = map(np.concatenate, zip(*self._answers, strict=True))
        answered = np.where(predicted >= 0, self._tree.of_class[predicted], ROOT)
        return tree_scores(
            self._tree.tree, self._tree.of_class[true], answered, groups=np.array(self._groups)
        )

"""A catalogue's category tree as it is drawn: its largest nodes, with products and accuracy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from core.catalogue.values.paths import Path
    from core.taxonomy.products import ProductTree

MOST = 400
"""Nodes to keep by default: more could not be distinguished in a figure."""

TOP = "All products"


@dataclass(frozen=True, eq=False)
class Tree:
    """A category tree as arrays of nodes; parents come before their children, the root first.

    Attributes
    ----------
    paths : tuple of tuple of str
        Names on the path from below the root to the node; () for the root.
    parents : np.ndarray
        int64 (m,): the parent's position, -1 for the root.
    products : np.ndarray
        int64 (m,): products of the node and of all nodes below it. It can exceed the sum of the children,
        by products that end at the node or at a node that was left out.
    tested : np.ndarray
        int64 (m,): those of them whose answers were judged.
    right : np.ndarray
        int64 (m,): those of them that were answered right.
    left_out : int
        Number of nodes left out because they are too small.
    """

    paths: tuple[Path, ...]
    parents: np.ndarray
    products: np.ndarray
    tested: np.ndarray
    right: np.ndarray
    left_out: int = 0

    @property
    def names(self) -> list[str]:
        """The name of each node."""
        return [path[-1] if path else TOP for path in self.paths]

    @property
    def depth(self) -> int:
        """Levels under the root."""
        return max(len(path) for path in self.paths)

    @property
    def accuracy(self) -> np.ndarray:
        """Share of tested products that were answered right, float (m,); NaN where none was tested."""
        nothing = np.full(len(self.tested), np.nan)
        return np.asarray(np.divide(self.right, self.tested, out=nothing, where=self.tested > 0))


def category_tree(products: ProductTree, most: int = MOST, right: np.ndarray | None = None) -> Tree:
    """Count the products in and below each category.

    Parameters
    ----------
    products
        Of a catalogue.
    most
        Number of nodes to keep: the largest ones, including the root.
    right
        float (n,): 1 for products that a model answered right, 0 for wrong, NaN where it was not asked.
    """
    judged = np.full(len(products.nodes), np.nan) if right is None else right
    counts = products.totals()
    tested, good = (products.totals(each).astype(np.int64) for each in (~np.isnan(judged), judged == 1))
    # A child is never larger than its parent, so the stable sort keeps parents first.
    order = np.argsort(-counts, kind="stable")[:most]
    position = {old: new for new, old in enumerate(order.tolist())}
    return Tree(
        tuple(products.tree.path(node) for node in order.tolist()),
        np.array([position.get(products.tree.parent(node), -1) for node in order.tolist()], dtype=np.int64),
        counts[order],
        tested[order],
        good[order],
        len(counts) - len(order),
    )


def tree_table(tree: Tree) -> pd.DataFrame:
    """Return a table with one row per node except the root: Level 1, Level 2, ..., Products.

    With answers, also Tested and Accuracy.
    """
    import pandas as pd

    levels = {
        f"Level {depth + 1}": [path[depth] if depth < len(path) else "" for path in tree.paths]
        for depth in range(tree.depth)
    }
    judged = {"Tested": tree.tested, "Accuracy": tree.accuracy} if tree.tested.any() else {}
    return pd.DataFrame({**levels, "Products": tree.products, **judged}).iloc[1:].reset_index(drop=True)

"""Build a catalogue's category tree from its taxonomy levels, with the number of products per node."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

MOST = 400
"""Nodes to keep by default: more could not be distinguished in a figure."""

ROOT = "All products"


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
    left_out : int
        Number of nodes left out because they are too small.
    """

    paths: tuple[tuple[str, ...], ...]
    parents: np.ndarray
    products: np.ndarray
    left_out: int = 0

    @property
    def names(self) -> list[str]:
        """The name of each node."""
        return [path[-1] if path else ROOT for path in self.paths]

    @property
    def depth(self) -> int:
        """Levels under the root."""
        return max(len(path) for path in self.paths)


def level_columns(table: pd.DataFrame) -> list[str]:
    """Return the names of a catalogue's level columns in numeric order."""
    levels = [name for name in table.columns if name.startswith("level_")]
    return sorted((name for name in levels if name[6:].isdecimal()), key=lambda name: int(name[6:]))


def category_tree(table: pd.DataFrame, most: int = MOST) -> Tree | None:
    """Count the products under each node of the taxonomy.

    Parameters
    ----------
    table
        Products with columns ``level_1``, ``level_2``, ...; a product's path ends at its first empty level.
    most
        Number of nodes to keep: the largest ones, including the root.

    Returns
    -------
    Tree or None
        None if no product has a level.
    """
    import pandas as pd

    # products, path, position of the parent in this list
    nodes: list[tuple[int, tuple[str, ...], int]] = [(len(table), (), -1)]
    node = np.zeros(len(table), dtype=np.int64)  # the deepest node of each product so far
    alive = np.ones(len(table), dtype=bool)
    for column in level_columns(table):
        codes, values = pd.factorize(table[column].fillna("").to_numpy(dtype=object))
        alive &= np.array([bool(str(value).strip()) for value in values], dtype=bool)[codes]
        if not alive.any():
            break
        pairs, place, counts = np.unique(
            node[alive] * len(values) + codes[alive], return_inverse=True, return_counts=True
        )
        start = len(nodes)
        for pair, count in zip(pairs.tolist(), counts.tolist(), strict=True):
            parent, code = divmod(pair, len(values))
            nodes.append((count, (*nodes[parent][1], str(values[code])), parent))
        node[alive] = start + place
    if len(nodes) == 1:
        return None
    # A child is never larger than its parent, so the stable sort keeps parents first.
    order = sorted(range(len(nodes)), key=lambda at: -nodes[at][0])[:most]
    position = {old: new for new, old in enumerate(order)}
    return Tree(
        tuple(nodes[at][1] for at in order),
        np.array([position.get(nodes[at][2], -1) for at in order], dtype=np.int64),
        np.array([nodes[at][0] for at in order], dtype=np.int64),
        len(nodes) - len(order),
    )


def tree_table(tree: Tree) -> pd.DataFrame:
    """Return a table with one row per node except the root: Level 1, Level 2, ..., Products."""
    import pandas as pd

    levels = {
        f"Level {depth + 1}": [path[depth] if depth < len(path) else "" for path in tree.paths]
        for depth in range(tree.depth)
    }
    return pd.DataFrame({**levels, "Products": tree.products}).iloc[1:].reset_index(drop=True)

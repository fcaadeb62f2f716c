"""The tree of categories, where a catalogue has levels: how many products lie under each node."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

MOST = 400
"""Nodes that can be told apart in a figure; what is left out is small."""

ROOT = "All products"


@dataclass(frozen=True, eq=False)
class Tree:
    """Nodes of a tree, parents before their children; the first is the root.

    Attributes
    ----------
    paths : tuple of tuple of str
        Names from the level under the root down to the node; () for the root.
    parents : np.ndarray
        int64 (m,): the parent's position, -1 for the root.
    products : np.ndarray
        int64 (m,): products of the node and of all below it. Those that end at a node, or whose own node was
        left out, are more than its children's sum.
    left_out : int
        Nodes that were too small to be kept.
    """

    paths: tuple[tuple[str, ...], ...]
    parents: np.ndarray
    products: np.ndarray
    left_out: int = 0

    @property
    def names(self) -> list[str]:
        """What each node is called."""
        return [path[-1] if path else ROOT for path in self.paths]

    @property
    def depth(self) -> int:
        """Levels under the root."""
        return max(len(path) for path in self.paths)


def level_columns(table: pd.DataFrame) -> list[str]:
    """Return the names of a catalogue's levels, ``level_1`` first and ``level_10`` after ``level_9``."""
    levels = [name for name in table.columns if name.startswith("level_")]
    return sorted((name for name in levels if name[6:].isdecimal()), key=lambda name: int(name[6:]))


def category_tree(table: pd.DataFrame, most: int = MOST) -> Tree | None:
    """Count the products under each node of the taxonomy.

    Parameters
    ----------
    table
        Products with columns ``level_1, level_2 ...``; a product's path ends at its first empty level.
    most
        Nodes to keep, the largest, the root included.

    Returns
    -------
    Tree or None
        None where the table has no levels, or no product of it has one.
    """
    import pandas as pd

    # products, path, position of the parent in this list
    nodes: list[tuple[int, tuple[str, ...], int]] = [(len(table), (), -1)]
    node = np.zeros(len(table), dtype=np.int64)  # how far down each product has come
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
    # A child is never larger than its parent, and comes after it: the stable order keeps parents first.
    order = sorted(range(len(nodes)), key=lambda at: -nodes[at][0])[:most]
    position = {old: new for new, old in enumerate(order)}
    return Tree(
        tuple(nodes[at][1] for at in order),
        np.array([position.get(nodes[at][2], -1) for at in order], dtype=np.int64),
        np.array([nodes[at][0] for at in order], dtype=np.int64),
        len(nodes) - len(order),
    )


def tree_table(tree: Tree) -> pd.DataFrame:
    """Lay a tree out for a file: Level 1, Level 2 ..., Products, one row a node, the root left out."""
    import pandas as pd

    levels = {
        f"Level {depth + 1}": [path[depth] if depth < len(path) else "" for path in tree.paths]
        for depth in range(tree.depth)
    }
    return pd.DataFrame({**levels, "Products": tree.products}).iloc[1:].reset_index(drop=True)

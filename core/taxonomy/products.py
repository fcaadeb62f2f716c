"""The tree of a catalogue's own categories, and where its products and its models' categories stand in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

import numpy as np

from core.catalogue.layouts.levels import PATH
from core.catalogue.values.paths import JOINED, Path
from core.taxonomy.taxonomy import Taxonomy

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class ProductTree:
    """A catalogue's tree.

    Attributes
    ----------
    tree : Taxonomy
        All categories that products stand in or below.
    nodes : np.ndarray
        int64 (n,): where each product stands; 0 for those without a path.
    """

    tree: Taxonomy
    nodes: np.ndarray

    def totals(self, values: np.ndarray | None = None) -> np.ndarray:
        """Return the sum of the products' values in and below each node; without values, how many they are.

        Parameters
        ----------
        values
            float (n,).
        """
        return self.tree.totals(np.bincount(self.nodes, values, minlength=len(self.tree)))


def level_columns(table: pd.DataFrame) -> list[str]:
    """Return the names of a catalogue's level columns in numeric order."""
    levels = [name for name in table.columns if name.startswith("level_")]
    return sorted((name for name in levels if name[6:].isdecimal()), key=lambda name: int(name[6:]))


def product_paths(table: pd.DataFrame) -> list[Path]:
    """Return the category path of each product, () where it has none.

    Parameters
    ----------
    table
        Products with whole paths, or, as older catalogues have them, with columns ``level_1``, ``level_2``
        ...: there a path ends at its first empty level.
    """
    columns = [PATH] if PATH in table.columns else level_columns(table)
    rows = list(zip(*(table[column].fillna("").tolist() for column in columns), strict=True))
    if PATH in table.columns:
        known = {row: tuple(row[0].split(JOINED)) if row[0] else () for row in set(rows)}
    else:
        known = {row: tuple(takewhile(bool, map(str.strip, row))) for row in set(rows)}
    return [known[row] for row in rows] or [()] * len(table)


def product_tree(table: pd.DataFrame) -> ProductTree | None:
    """Return the tree of a catalogue's products, None if none of them has a category path."""
    paths = product_paths(table)
    tree = Taxonomy.from_paths(paths)
    return ProductTree(tree, tree.nodes_of(paths)) if len(tree) > 1 else None


@dataclass(frozen=True, eq=False)
class CategoryTree:
    """The tree of the categories that models know.

    Attributes
    ----------
    tree : Taxonomy
        The categories and what stands above them.
    of_class : np.ndarray
        int64 (k,): each category's node.
    """

    tree: Taxonomy
    of_class: np.ndarray


def class_tree(
    categories: Sequence[str], paths: Sequence[Path], classes: Sequence[str]
) -> CategoryTree | None:
    """Return the tree of categories, None where it would have one level.

    A category may be a whole path, or the name of one level. Its node is the beginning of its products' paths
    that ends with it, the most frequent one; where there is none, as for a name that was changed to be
    unique, it stands below what most of its products' paths have in common.

    Parameters
    ----------
    categories, paths
        Of each product.
    classes
        All categories.
    """
    products: dict[str, Counter[Path]] = {name: Counter() for name in classes}
    for category, path in zip(categories, paths, strict=True):
        products[category][path] += 1
    places = [_place(name, products[name]) for name in classes]
    if max(map(len, places), default=0) < 2:
        return None
    tree = Taxonomy.from_paths(places)
    return CategoryTree(tree, tree.nodes_of(places))


def _place(category: str, paths: Counter[Path]) -> Path:
    ending: Counter[Path] = Counter()
    for path, count in paths.items():
        for end in range(1, len(path) + 1):
            if category in (path[end - 1], JOINED.join(path[:end])):
                ending[path[:end]] += count
                break
    if ending:
        return max(ending, key=ending.__getitem__)
    return (*_shared(paths), category)


def _shared(paths: Counter[Path]) -> Path:
    """Return the longest beginning that more than half of the paths have."""
    shared: Path = ()
    for depth in range(1, max(map(len, paths), default=0) + 1):
        begun: Counter[Path] = Counter()
        for path, count in paths.items():
            if len(path) >= depth:
                begun[path[:depth]] += count
        best = max(begun, key=begun.__getitem__)
        if 2 * begun[best] <= paths.total():
            break
        shared = best
    return shared

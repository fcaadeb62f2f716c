"""Which rows of a catalogue are one product, and so belong on one side of every split.

Products repeat: listed twice, in other sizes and colours, or under two names with one image. Rows that share
any of `REASONS` form a group. What many different products share (`core.catalogue.sharing`) joins none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from core.catalogue.product_names import (
    colours_of,
    normal_name,
    products_of,
    tells_products_apart,
    without_size,
    without_variant,
)
from core.catalogue.shared_by import REASONS, SharedBy
from core.catalogue.sharing import shared_by_many, taking_a_category
from core.catalogue.text import LONGEST

if TYPE_CHECKING:
    import pandas as pd

LONG = 40
"""Characters a description needs to identify a product; a shorter one is often a stock phrase."""
LISTINGS_PER_NAME = 1.25
"""Each variant is listed about once. Where names repeat more often, as "Nike women black heels" for a hundred
different shoes, they name a kind of product; then only products with the same full name stay together."""
NAMES_OF_A_CATEGORY = 20
"""Names that differ only in size or colour are no variants if they are so many and most of their category."""
_EXAMPLE = 2


@dataclass(frozen=True, eq=False)
class Grouping:
    """The groups of a catalogue.

    Attributes
    ----------
    numbers
        int64 (n,): rows of one product share a number; from 0, in order of first appearance.
    shared
        What joined them: an entry for each of `REASONS` that joins products, or that was not used for some.
    """

    numbers: np.ndarray
    shared: tuple[SharedBy, ...]

    def lines(self) -> list[str]:
        """Return how many products are in how many groups, for the terminal, as lines."""
        sizes = np.bincount(self.numbers)
        lines = [f"  products that stay together: {sizes[sizes > 1].sum()}, groups: {(sizes > 1).sum()}"]
        for each in self.shared:
            unused = f", too common to count: {each.unused}" if each.unused else ""
            lines.append(f"    same {REASONS[each.reason]}: {each.products}, groups: {each.groups}{unused}")
        return lines


@dataclass(frozen=True)
class _Keys:
    """What rows share for one reason: lists of a key per row, "" for none; and how many have one not used."""

    columns: tuple[list[str], ...]
    unused: int = 0


def group_products(table: pd.DataFrame) -> Grouping:
    """Group the rows of the same product, transitively.

    Parameters
    ----------
    table
        Products with columns ``sku, name, description, category, image_digest``; ``colour`` and ``parent``
        are used where the catalogue has them.
    """
    rows, skus = len(table), list(table["sku"])
    names = [normal_name(name) for name in table["name"]]
    products, categories = products_of(table), list(table["category"])
    drop_stock = partial(_without_stock, products=products, categories=categories)
    keys = {
        "name": _Keys((names,)),
        "image": _Keys((list(table["image_digest"]),)),
        "description": drop_stock(_descriptions(table)),
        "parent": drop_stock(_parents(table)),
        "variant": _variants(table, names, products, categories),
    }
    columns: list[list[str]] = []
    numbers, shared = _joined(rows, columns), []
    for reason in REASONS:
        own = _joined(rows, keys[reason].columns)
        shared.append(_shared(reason, own, numbers, skus, keys[reason].unused))
        columns += keys[reason].columns
        numbers = _joined(rows, columns)
    return Grouping(numbers, tuple(each for each in shared if each.groups or each.unused))


def _descriptions(table: pd.DataFrame) -> list[str]:
    keys = [
        without_variant(description[:LONGEST], colour) if len(description) >= LONG else ""
        for description, colour in zip(table["description"], colours_of(table), strict=True)
    ]
    return [key if len(key) >= LONG else "" for key in keys]


def _parents(table: pd.DataFrame) -> list[str]:
    """Return each row's parent; a row whose sku is another's parent belongs to it, too."""
    if "parent" not in table.columns:
        return [""] * len(table)
    parents = [parent.casefold() for parent in table["parent"]]
    known = set(parents)
    skus = [sku.casefold() for sku in table["sku"]]
    return [parent or (sku if sku in known else "") for parent, sku in zip(parents, skus, strict=True)]


def _without_stock(keys: list[str], products: Sequence[str], categories: Sequence[str]) -> _Keys:
    stock = shared_by_many(keys, products, categories)
    return _Keys(([("" if key in stock else key) for key in keys],), sum(key in stock for key in keys))


def _variants(
    table: pd.DataFrame, names: Sequence[str], products: Sequence[str], categories: Sequence[str]
) -> _Keys:
    """Return names without size, and without size and colour, where these are names of one product."""
    listings = list(zip(names, table["image_digest"], table["description"], strict=True))
    sizeless = [without_size(name) for name in table["name"]]
    plain = [product if name else "" for product, name in zip(products, names, strict=True)]
    columns, unused = [], np.zeros(len(names), dtype=bool)
    for keys in (sizeless, plain):
        known = _in_several_names(keys, names)
        kinds = _kinds(known, names, listings)
        kinds |= taking_a_category(known, names, categories, NAMES_OF_A_CATEGORY)
        columns.append([("" if key in kinds else key) for key in known])
        unused |= np.array([key in kinds for key in known], dtype=bool)
    return _Keys(tuple(columns), int(unused.sum()))


def _in_several_names(keys: Sequence[str], names: Sequence[str]) -> list[str]:
    """Return the keys that have enough words and stand for more than one name, "" for others."""
    of_key: dict[str, set[str]] = defaultdict(set)
    for key, name in zip(keys, names, strict=True):
        of_key[key].add(name)
    kept = {key for key, each in of_key.items() if len(each) > 1 and tells_products_apart(key)}
    return [key if key in kept else "" for key in keys]


def _kinds(keys: Sequence[str], names: Sequence[str], listings: Sequence[tuple[str, str, str]]) -> set[str]:
    """Return the keys whose full names repeat with other images or descriptions: kinds of product."""
    of_key = {key: (set[str](), set[tuple[str, str, str]]()) for key in keys if key}
    for key, name, listing in zip(keys, names, listings, strict=True):
        if key:
            of_key[key][0].add(name)
            of_key[key][1].add(listing)
    return {key for key, (own, listed) in of_key.items() if len(listed) > LISTINGS_PER_NAME * len(own)}


def _shared(reason: str, own: np.ndarray, before: np.ndarray, skus: Sequence[str], unused: int) -> SharedBy:
    """Describe the groups `own` that a reason forms by itself, given those of the reasons before it."""
    sizes = np.bincount(own)
    joined = np.flatnonzero(sizes[own] > 1)
    example: np.ndarray = joined[own[joined] == own[joined[0]]] if len(joined) else joined
    firsts: dict[int, int] = {}
    for row in joined:
        if before[firsts.setdefault(int(own[row]), int(row))] != before[row]:
            example = np.array([firsts[int(own[row])], row])
            break
    return SharedBy(
        reason=reason,
        products=len(joined),
        groups=int((sizes > 1).sum()),
        example=tuple(skus[row] for row in example[:_EXAMPLE]),
        unused=unused,
    )


def _joined(rows: int, columns: Sequence[Sequence[str]]) -> np.ndarray:
    """Return group numbers, int64 (rows,): rows that share a key, transitively, have one number."""
    parent = list(range(rows))

    def root(row: int) -> int:
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    for keys in columns:
        first: dict[str, int] = {}
        for row, key in enumerate(keys):
            if key:
                one, other = root(row), root(first.setdefault(key, row))
                parent[max(one, other)] = min(one, other)
    roots = np.array([root(row) for row in range(rows)], dtype=np.int64)
    return np.unique(roots, return_inverse=True)[1].astype(np.int64)

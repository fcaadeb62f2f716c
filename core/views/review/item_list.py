"""Many items to review: what is counted of them as columns, each item itself made when it is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np

from core.bundle.decisions import Key
from core.common.categories import positions_of
from core.views.review.items import KINDS, Item


@dataclass(frozen=True, eq=False)
class ItemColumns:
    """All items of a bundle.

    Attributes
    ----------
    rows, others
        int64 (n,): the product, and the one that it is compared with; -1 for none.
    kinds
        bool (n, kinds): what was found, in the order of `KINDS`.
    suggested
        int64 (n,): which category an item is said to belong to, by any numbers; -1 for none.
    make
        Returns the item at a position.
    find
        Returns the position of the item of a key; None where there is none.
    """

    rows: np.ndarray
    others: np.ndarray
    kinds: np.ndarray
    suggested: np.ndarray
    make: Callable[[int], Item]
    find: Callable[[Key], int | None]


@dataclass(frozen=True, eq=False)
class ItemList(Sequence[Item]):
    """Some items of a bundle, in any order.

    Attributes
    ----------
    columns
        All of them.
    positions
        int64 (m,): which these are.
    """

    columns: ItemColumns
    positions: np.ndarray

    @classmethod
    def all(cls, columns: ItemColumns) -> ItemList:
        """Return all items of some columns."""
        return cls(columns, np.arange(len(columns.rows)))

    @classmethod
    def of(cls, items: Sequence[Item]) -> ItemList:
        """Return items that are there already; an `ItemList` as it is."""
        if isinstance(items, ItemList):
            return items
        kept = tuple(items)
        place = {item.key: at for at, item in enumerate(kept)}
        order, names = positions_of(KINDS), [item.suggestion for item in kept]
        number = {None: -1} | positions_of(dict.fromkeys(name for name in names if name is not None))
        kinds = np.zeros((len(kept), len(KINDS)), dtype=bool)
        for at, item in enumerate(kept):
            kinds[at, [order[kind] for kind in item.kinds]] = True
        rows, others, suggested = (
            np.array(column, dtype=np.int64)
            for column in (
                [item.row for item in kept],
                [item.other for item in kept],
                [number[name] for name in names],
            )
        )
        return cls.all(
            ItemColumns(rows, others, kinds, suggested, lambda at: kept[at], lambda key: place.get(key))
        )

    def __len__(self) -> int:
        return len(self.positions)

    def __iter__(self) -> Iterator[Item]:
        return map(self.columns.make, self.positions.tolist())

    @overload
    def __getitem__(self, which: int) -> Item: ...
    @overload
    def __getitem__(self, which: slice) -> ItemList: ...
    def __getitem__(self, which: int | slice) -> Item | ItemList:
        if isinstance(which, slice):
            return self.take(np.arange(len(self))[which])
        return self.columns.make(int(self.positions[which]))

    def __contains__(self, item: object) -> bool:
        return isinstance(item, Item) and self.place(item.key) is not None

    def place(self, key: Key) -> int | None:
        """Return where in this list the item of a key stands; None where it does not."""
        found = self.columns.find(key)
        at = np.empty(0) if found is None else np.flatnonzero(self.positions == found)
        return int(at[0]) if len(at) else None

    def take(self, which: np.ndarray) -> ItemList:
        """Return some items: a mask, bool (m,), or where they stand, int64."""
        return ItemList(self.columns, self.positions[which])

    def among(self, selected: np.ndarray) -> ItemList:
        """Return those about a selected product, bool (n,): of a pair, one of the two."""
        rows, others = self.columns.rows[self.positions], self.columns.others[self.positions]
        return self.take(selected[rows] | ((others >= 0) & selected[others]))

    @property
    def kinds(self) -> np.ndarray:
        """What was found of each: bool (m, kinds), in the order of `KINDS`."""
        return np.asarray(self.columns.kinds[self.positions])

    @property
    def suggested(self) -> np.ndarray:
        """Numbers of the suggested categories: int64 (m,), -1 for none."""
        return np.asarray(self.columns.suggested[self.positions])

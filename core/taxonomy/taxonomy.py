"""A tree of categories of any depth: parents, children, ancestors, levels, lowest common ancestors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.catalogue.values.paths import JOINED, Path

ROOT = 0
"""The node above all others; it has no name and depth 0."""


@dataclass(frozen=True, eq=False)
class Taxonomy:
    """A tree of categories; nodes are numbers from 0, the root, and every parent comes before its children.

    Methods that take nodes take many at once: 200,000 products in a tree of 10,000 nodes cost a few steps of
    NumPy a level.

    Attributes
    ----------
    names : tuple of str
        Of the nodes; "" for the root.
    parents : np.ndarray
        int32 (m,), read-only: each node's parent, -1 for the root.

    Raises
    ------
    ValueError
        If a parent does not come before its child, or the first node is not the only root.
    """

    names: tuple[str, ...]
    parents: np.ndarray

    def __post_init__(self) -> None:
        parents = np.array(self.parents, dtype=np.int32)
        if parents.shape != (len(self.names),) or not len(parents):
            raise ValueError(f"expected a parent for each of {len(self.names)} names, got {parents.shape}")
        before = np.arange(len(parents))
        if parents[ROOT] != -1 or (parents[1:] < 0).any() or (parents >= before).any():
            raise ValueError("expected the root first, and every parent before its children")
        parents.flags.writeable = False
        object.__setattr__(self, "parents", parents)

    @classmethod
    def from_paths(cls, paths: Iterable[Path]) -> Taxonomy:
        """Return the tree of paths from the top, with the nodes on their way, in order of appearance."""
        numbers: dict[Path, int] = {(): ROOT}
        parents = [-1]
        for path in dict.fromkeys(paths):
            known = len(path)
            while path[:known] not in numbers:
                known -= 1
            for end in range(known + 1, len(path) + 1):
                parents.append(numbers[path[: end - 1]])
                numbers[path[:end]] = len(numbers)
        return cls(tuple(path[-1] if path else "" for path in numbers), np.array(parents))

    def __len__(self) -> int:
        """Return the number of nodes, the root among them."""
        return len(self.names)

    @cached_property
    def depths(self) -> np.ndarray:
        """int32 (m,): steps from the root."""
        depths = np.zeros(len(self), dtype=np.int32)
        for node, parent in enumerate(self.parents.tolist()[1:], 1):
            depths[node] = depths[parent] + 1
        depths.flags.writeable = False
        return depths

    @cached_property
    def heights(self) -> np.ndarray:
        """int32 (m,): steps to the farthest leaf below; 0 for leaves."""
        heights = np.zeros(len(self), dtype=np.int32)
        for nodes in reversed(self._levels[1:]):
            np.maximum.at(heights, self.parents[nodes], heights[nodes] + 1)
        heights.flags.writeable = False
        return heights

    @property
    def depth(self) -> int:
        """The depth of the deepest node."""
        return int(self.depths.max())

    @property
    def leaves(self) -> np.ndarray:
        """int64 (l,): nodes without children, ascending; the root where there is nothing else."""
        return np.flatnonzero(self.heights == 0)

    @cached_property
    def _levels(self) -> list[np.ndarray]:
        """Depth -> its nodes."""
        order = np.argsort(self.depths, kind="stable")
        return np.split(order, np.cumsum(np.bincount(self.depths))[:-1])

    @cached_property
    def _children(self) -> tuple[np.ndarray, np.ndarray]:
        """Nodes by their parents, and where those of each parent begin among them."""
        order = np.argsort(self.parents[1:], kind="stable") + 1
        return order, np.searchsorted(self.parents[order], np.arange(len(self) + 1))

    @cached_property
    def _numbers(self) -> dict[tuple[int, str], int]:
        """Parent and name -> node; the first of those with one name."""
        numbers: dict[tuple[int, str], int] = {}
        for node, parent in enumerate(self.parents.tolist()[1:], 1):
            numbers.setdefault((parent, self.names[node]), node)
        return numbers

    def parent(self, node: int) -> int:
        """Return a node's parent, -1 for the root."""
        return int(self.parents[node])

    def children(self, node: int) -> np.ndarray:
        """Return the nodes right below a node, int64 (c,), ascending."""
        order, starts = self._children
        return order[starts[node] : starts[node + 1]]

    def ancestors(self, node: int) -> list[int]:
        """Return the nodes above a node, from its parent to the root."""
        found = []
        while (node := self.parent(node)) >= 0:
            found.append(node)
        return found

    def path(self, node: int) -> Path:
        """Return the names from the top to a node; () for the root."""
        return tuple(self.names[each] for each in reversed([node, *self.ancestors(node)][:-1]))

    def title(self, node: int) -> str:
        """Return a node's path as one text."""
        return JOINED.join(self.path(node))

    def find(self, path: Sequence[str]) -> int | None:
        """Return the node of a path, None if there is none."""
        node = self.deepest_known(path)
        return node if self.depths[node] == len(path) else None

    def deepest_known(self, path: Sequence[str]) -> int:
        """Return the node of a path, or of the longest beginning of it that the tree has."""
        node = ROOT
        for name in path:
            below = self._numbers.get((node, name))
            if below is None:
                break
            node = below
        return node

    def nodes_of(self, paths: Sequence[Path]) -> np.ndarray:
        """Return the deepest known node of each path, int64 (n,)."""
        known = {path: self.deepest_known(path) for path in dict.fromkeys(paths)}
        return np.array([known[path] for path in paths], dtype=np.int64)

    def at_depth(self, nodes: np.ndarray, depth: int) -> np.ndarray:
        """Return each node's ancestor at a depth, int64 (n,); nodes that are not that deep as they are."""
        nodes = np.array(nodes, dtype=np.int64)
        while (deeper := self.depths[nodes] > depth).any():
            nodes[deeper] = self.parents[nodes[deeper]]
        return nodes

    def lowest_common(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        """Return the deepest node that is above both or one of them, int64 (n,), of n pairs of nodes."""
        one, other = np.array(one, dtype=np.int64), np.array(other, dtype=np.int64)
        while (apart := one != other).any():
            first, second = self.depths[one], self.depths[other]
            up, down = apart & (first >= second), apart & (second >= first)
            one[up], other[down] = self.parents[one[up]], self.parents[other[down]]
        return one

    def totals(self, values: np.ndarray) -> np.ndarray:
        """Return the sum of each node's value and those of all nodes below it.

        Parameters
        ----------
        values
            Number (m,) or (m, c).
        """
        sums = np.array(values)
        for nodes in reversed(self._levels[1:]):
            np.add.at(sums, self.parents[nodes], sums[nodes])
        return sums

    def walk(self) -> Iterator[int]:
        """Yield all nodes, each before its children and these before its next sibling."""
        waiting = [ROOT]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(self.children(node)[::-1].tolist())

"""Train, validation and test rows: seeded, stratified, and never the same product on two sides.

Products repeat in real catalogues: the same thing in another colour, listed twice, or under two names with
one picture. Rows that share a name or a picture form a group, and a group goes to one part as a whole.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.common.errors import CatalogueError

PARTS = ("train", "validation", "test")
SHARES = np.array([0.7, 0.1, 0.2])
# How much the overall shares weigh against a class's own. Twice this stays below 0.7 - 0.2, so that the first
# group of a class always goes to train.
OVERALL = 0.2


@dataclass(frozen=True)
class Split:
    """Which rows teach, which choose and which judge.

    Attributes
    ----------
    train, validation, test : np.ndarray
        Row indices, int64, ascending; together every row exactly once.
    seed : int
        The seed that drew them.
    """

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray
    seed: int

    @property
    def parts(self) -> np.ndarray:
        """The part of each row: "train", "validation" or "test", str, shape (n,)."""
        parts = np.empty(len(self.train) + len(self.validation) + len(self.test), dtype="<U10")
        for name in PARTS:
            parts[getattr(self, name)] = name
        return parts


def normal_name(name: str) -> str:
    """Return `name` without case, punctuation and repeated spaces: equal for names of the same product."""
    return re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", name).casefold()).strip()


def product_groups(names: Sequence[str], digests: Sequence[str]) -> np.ndarray:
    """Give each product a number: rows with the same name or the same picture are one, transitively.

    Parameters
    ----------
    names : Sequence[str]
        A name a row; compared by `normal_name`, an empty one joins nothing.
    digests : Sequence[str]
        A hash of the picture's bytes a row; an empty one joins nothing.

    Returns
    -------
    np.ndarray
        int64, shape (n,): group numbers from 0, in order of first appearance.
    """
    if len(names) != len(digests):
        raise ValueError(f"one digest a name is needed: got {len(names)} names, {len(digests)} digests")
    parent = list(range(len(names)))

    def root(row: int) -> int:
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    for keys in (map(normal_name, names), digests):
        first: dict[str, int] = {}
        for row, key in enumerate(keys):
            if key:
                one, other = root(row), root(first.setdefault(key, row))
                parent[max(one, other)] = min(one, other)
    roots = np.array([root(row) for row in range(len(names))], dtype=np.int64)
    return np.unique(roots, return_inverse=True)[1].astype(np.int64)


def make_split(
    labels: Sequence[str], groups: np.ndarray, *, seed: int = 0, learned: np.ndarray | None = None
) -> Split:
    """Divide rows 70 : 10 : 20 into train, validation and test, each class by itself, groups unbroken.

    Groups are dealt out one by one, larger ones first, each to the part that lags furthest behind its share
    of the rows dealt so far; a group with several classes counts for the rarest (iterative stratification:
    Sechidis, Tsoumakas and Vlahavas, 2011). Every class has rows in train.

    Parameters
    ----------
    labels : Sequence[str]
        A class a row.
    groups : np.ndarray
        A group number a row, as `product_groups` gives them.
    seed : int
        Decides the order in which groups of about the same size are dealt.
    learned : np.ndarray, optional
        bool, shape (n,): rows that an encoder has learned from. They and what shares a group with them are in
        train, for they would flatter whom they judge; the other rows fill what is left of the three shares.

    Returns
    -------
    Split
        The same for the same labels, groups and seed.

    Raises
    ------
    CatalogueError
        If there are too few different products for three parts.
    """
    labels = np.asarray(labels, dtype=object)
    groups = np.asarray(groups)
    if len(labels) != len(groups):
        raise ValueError(f"one group a label is needed: got {len(labels)} labels, {len(groups)} groups")
    if not len(labels):
        raise CatalogueError("no rows to split into train, validation and test: the catalogue is empty")
    classes, y = np.unique(labels.astype(str), return_inverse=True)
    _, group = np.unique(groups, return_inverse=True)
    counts = _count(group, y, len(classes))
    part = np.full(len(counts), PARTS.index("train"))
    free = np.ones(len(counts), dtype=bool)
    shares = SHARES
    if learned is not None:
        free[group[np.asarray(learned, dtype=bool)]] = False
        shares = SHARES - (1 - free[group].mean()) * np.array([1, 0, 0])
        shares = np.maximum(shares, 0) / np.maximum(shares, 0).sum()
    _deal(part, np.flatnonzero(free), counts, shares, np.random.default_rng(seed))
    _give_train_every_class(part, counts)
    rows = {name: np.flatnonzero(part[group] == number) for number, name in enumerate(PARTS)}
    for name in PARTS:
        if not len(rows[name]):
            raise CatalogueError(
                f"too few different products for a {name} part: expected about 10 or more, "
                f"got {len(counts)} among {len(labels)} rows; add rows or products with other names"
            )
    return Split(**rows, seed=seed)


@dataclass(frozen=True)
class _Counts:
    """How many rows of each class a group has; sparse, for most groups have one class."""

    classes: list[np.ndarray]
    rows: list[np.ndarray]
    class_sizes: np.ndarray

    def __len__(self) -> int:
        return len(self.classes)


def _count(group: np.ndarray, y: np.ndarray, n_classes: int) -> _Counts:
    pairs, rows = np.unique(group.astype(np.int64) * n_classes + y, return_counts=True)
    ends = np.flatnonzero(np.diff(pairs // n_classes)) + 1
    return _Counts(
        np.split(pairs % n_classes, ends), np.split(rows, ends), np.bincount(y, minlength=n_classes)
    )


def _deal(
    part: np.ndarray, members: np.ndarray, counts: _Counts, shares: np.ndarray, rng: np.random.Generator
) -> None:
    """Give each of the groups `members` its part number."""
    sizes = np.array([counts.rows[number].sum() for number in members])
    # Powers of two, not exact sizes: else the seed could not change where a large group goes.
    order = np.lexsort((rng.random(len(sizes)), -np.floor(np.log2(sizes))))
    dealt = np.zeros((len(counts.class_sizes), len(PARTS)))
    overall = np.zeros(len(PARTS))
    for place in order:
        number = members[place]
        classes, rows = counts.classes[number], counts.rows[number]
        rarest = classes[np.argmin(counts.class_sizes[classes])]
        lag = shares * (dealt[rarest].sum() + rows[classes == rarest].sum()) - dealt[rarest]
        lag += OVERALL * np.clip(shares * (overall.sum() + sizes[place]) - overall, -1, 1)
        part[number] = np.argmax(np.where(shares > 0, lag, -np.inf))
        dealt[classes, part[number]] += rows
        overall[part[number]] += sizes[place]


def _give_train_every_class(part: np.ndarray, counts: _Counts) -> None:
    """Move the smallest group of each class that train lacks into train.

    Only a class that appears in no group of its own can be lacking: its rows went where a rarer one led them.
    """
    missing = np.ones(len(counts.class_sizes), dtype=bool)
    for number in np.flatnonzero(part == 0):
        missing[counts.classes[number]] = False
    for lacking in np.flatnonzero(missing):
        holders = [number for number, classes in enumerate(counts.classes) if lacking in classes]
        if not any(part[number] == 0 for number in holders):
            part[min(holders, key=lambda number: counts.rows[number].sum())] = 0

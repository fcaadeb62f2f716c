"""Training, validation and test products: seeded, stratified, and no product in two of them.

Products repeat in real catalogues: in another colour, listed twice, or under two names with one image. The
rows of one product form a group (`core.catalogue.grouping`), and a group is never divided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.common.errors import CatalogueError

PARTS = ("train", "validation", "test")
VALIDATION_SHARE, TEST_SHARE = 0.1, 0.2
# Weight of the overall shares against those within a class, by how much the share of training exceeds the
# others. Twice the weight stays below that excess, so that the first group of a class goes to training.
OVERALL = 0.4


@dataclass(frozen=True)
class Split:
    """Which products are for training, for choosing models, and for the final test.

    Attributes
    ----------
    train, validation, test : np.ndarray
        Row positions, int64, ascending; together every row exactly once.
    seed : int
        What fixed the draws.
    """

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray
    seed: int

    @property
    def parts(self) -> np.ndarray:
        """The split of each row: "train", "validation" or "test", str, shape (n,)."""
        parts = np.empty(len(self.train) + len(self.validation) + len(self.test), dtype="<U10")
        for name in PARTS:
            parts[getattr(self, name)] = name
        return parts


def make_split(
    labels: Sequence[str],
    groups: np.ndarray,
    *,
    seed: int = 0,
    learned: np.ndarray | None = None,
    validation_share: float = VALIDATION_SHARE,
    test_share: float = TEST_SHARE,
) -> Split:
    """Split rows into training, validation and test, by default 70 : 10 : 20, by class and with whole groups.

    Groups are assigned one by one, larger ones first, each to the split that is furthest below its share of
    the rows assigned so far; a group with several classes counts for the rarest (iterative stratification:
    Sechidis, Tsoumakas and Vlahavas, 2011). Every class has training rows.

    Parameters
    ----------
    labels : Sequence[str]
        The class of each row.
    groups : np.ndarray
        The group number of each row (`core.catalogue.grouping.group_products`).
    seed : int
        Decides the order in which groups of about the same size are assigned.
    learned : np.ndarray, optional
        bool, shape (n,): rows that an encoder was trained on. They and the rest of their groups go to
        training, since test scores on them would be too high; the other rows fill the remaining shares.
    validation_share, test_share : float
        Shares of the rows, above 0; both together below 1, the rest trains.

    Returns
    -------
    Split
        The same for the same labels, groups and seed.

    Raises
    ------
    CatalogueError
        If there are too few different products.
    """
    groups = np.asarray(groups)
    if len(labels) != len(groups):
        raise ValueError(f"expected one group per label, got {len(labels)} labels, {len(groups)} groups")
    if not len(labels):
        raise CatalogueError(
            "no products to split into training, validation and test: the catalogue is empty"
        )
    classes, y = np.unique(np.asarray(labels, dtype=object).astype(str), return_inverse=True)
    _, group = np.unique(groups, return_inverse=True)
    counts = _count(group, y, len(classes))
    part = np.full(len(counts), PARTS.index("train"))
    free = np.ones(len(counts), dtype=bool)
    wanted = np.array([1 - validation_share - test_share, validation_share, test_share]).round(12)
    if not wanted.min() > 0:
        raise ValueError(f"expected shares above 0, got {wanted.round(3).tolist()} for {', '.join(PARTS)}")
    shares = wanted
    if learned is not None:
        free[group[np.asarray(learned, dtype=bool)]] = False
        shares = wanted - (1 - free[group].mean()) * np.array([1, 0, 0])
        shares = np.maximum(shares, 0) / np.maximum(shares, 0).sum()
    movable = np.flatnonzero(free)
    weight = round(OVERALL * max(wanted[0] - wanted[1:].max(), 0), 12)
    _assign(part, movable, counts, shares, weight, np.random.default_rng(seed))
    _train_on_every_class(part, counts)
    _fill_empty_parts(part, movable, counts)
    rows = {name: np.flatnonzero(part[group] == number) for number, name in enumerate(PARTS)}
    for name in PARTS:
        if not len(rows[name]):
            raise CatalogueError(
                f"too few different products for a {name} split: expected about 10 or more, "
                f"got {len(counts)} in {len(labels)} rows; add products with other names"
            )
    return Split(**rows, seed=seed)


@dataclass(frozen=True)
class _Counts:
    """Rows of each class in each group; sparse, since most groups have one class."""

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


def _assign(
    part: np.ndarray,
    movable: np.ndarray,
    counts: _Counts,
    shares: np.ndarray,
    weight: float,
    rng: np.random.Generator,
) -> None:
    """Write the split number of each group in `movable` into `part`."""
    sizes = np.array([counts.rows[number].sum() for number in movable])
    # By powers of two, not exact sizes, so that the seed can change where a large group goes.
    order = np.lexsort((rng.random(len(sizes)), -np.floor(np.log2(sizes))))
    assigned = np.zeros((len(counts.class_sizes), len(PARTS)))
    overall = np.zeros(len(PARTS))
    for position in order:
        number = movable[position]
        classes, rows = counts.classes[number], counts.rows[number]
        rarest = classes[np.argmin(counts.class_sizes[classes])]
        lag = shares * (assigned[rarest].sum() + rows[classes == rarest].sum()) - assigned[rarest]
        lag += weight * np.clip(shares * (overall.sum() + sizes[position]) - overall, -1, 1)
        part[number] = np.argmax(np.where(shares > 0, lag, -np.inf))
        assigned[classes, part[number]] += rows
        overall[part[number]] += sizes[position]


def _train_on_every_class(part: np.ndarray, counts: _Counts) -> None:
    """Move the smallest group of each class without training rows to training.

    Only a class without a group of its own can lack them: its rows went along with those of a rarer class.
    """
    missing = np.ones(len(counts.class_sizes), dtype=bool)
    for number in np.flatnonzero(part == 0):
        missing[counts.classes[number]] = False
    for lacking in np.flatnonzero(missing):
        holders = [number for number, classes in enumerate(counts.classes) if lacking in classes]
        if not any(part[number] == 0 for number in holders):
            part[min(holders, key=lambda number: counts.rows[number].sum())] = 0


def _fill_empty_parts(part: np.ndarray, movable: np.ndarray, counts: _Counts) -> None:
    """Give test and validation a group if they have none: the smallest that its own part can do without.

    A part keeps one group at least, and training those of every class.
    """
    sizes = np.array([rows.sum() for rows in counts.rows])
    for empty in (PARTS.index("test"), PARTS.index("validation")):
        if (part == empty).any():
            continue
        in_training = np.zeros(len(counts.class_sizes), dtype=np.int64)
        for number in np.flatnonzero(part == 0):
            in_training[counts.classes[number]] += 1
        groups = np.bincount(part, minlength=len(PARTS))
        spare = [
            number
            for number in movable
            if groups[part[number]] > 1 and (part[number] or (in_training[counts.classes[number]] > 1).all())
        ]
        if spare:
            part[min(spare, key=lambda number: (part[number] == 0, sizes[number]))] = empty

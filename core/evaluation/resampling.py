"""The bootstrap (Efron, 1979): draw products with replacement many times, without copying a row.

Scores such as accuracy depend only on how often each outcome occurs. Outcomes are therefore counted first,
and counts are drawn: products with the same outcomes are of one kind, and how often each kind is drawn is
multinomial. The result has exactly the distribution of drawing rows, at a cost that grows with the number of
kinds, not of rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.evaluation.checks import checked_groups

if TYPE_CHECKING:
    from scipy.sparse import csr_array


@dataclass(frozen=True)
class Resamples:
    """Counts of outcomes, as observed and in each resample.

    Attributes
    ----------
    outcomes : np.ndarray
        int64, shape (m,): the distinct outcomes, ascending.
    observed : np.ndarray
        int64, shape (m,): rows with each outcome.
    drawn : np.ndarray
        int64, shape (resamples, m): the same in each resample.
    kinds : csr_array
        int64, shape (t, m): rows with each outcome in a product of each kind.
    repeats : np.ndarray
        int64, shape (t,): products of each kind.
    """

    outcomes: np.ndarray
    observed: np.ndarray
    drawn: np.ndarray
    kinds: csr_array
    repeats: np.ndarray

    @property
    def products(self) -> int:
        """How many products a resample draws."""
        return int(self.repeats.sum())


def resample(
    outcomes: np.ndarray, groups: np.ndarray | None = None, *, resamples: int = 2000, seed: int = 0
) -> Resamples:
    """Draw as many products as there are, with replacement, and count their outcomes.

    Parameters
    ----------
    outcomes : np.ndarray
        int, shape (n,): the outcome of each row, such as right or wrong, as a number.
    groups : np.ndarray, optional
        int, shape (n,): rows of one group are one product and are drawn together (cluster bootstrap: Field
        and Welsh, 2007). Without it each row is a product.
    resamples, seed : int
        How many, and what fixes them.

    Raises
    ------
    CatalogueError
        If there are no rows.
    ValueError
        If there is not one group per row, or `resamples` is below 1.
    """
    from scipy.sparse import csr_array, eye_array

    groups = checked_groups(groups, len(outcomes))
    if resamples < 1:
        raise ValueError(f"expected one resample or more, got {resamples}")
    outcomes, position = np.unique(np.asarray(outcomes, dtype=np.int64), return_inverse=True)
    observed = np.bincount(position)
    m = len(outcomes)
    if groups is None:
        kinds, repeats = csr_array(eye_array(m, dtype=np.int64)), observed
    else:
        order = np.lexsort((position, groups))
        ends = np.flatnonzero(np.diff(groups[order])) + 1
        count: dict[bytes, int] = {}
        for part in np.split(position[order], ends):
            key = part.tobytes()
            count[key] = count.get(key, 0) + 1
        parts = [np.frombuffer(key, dtype=position.dtype) for key in count]
        kind = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
        column = np.concatenate(parts)
        kinds = csr_array((np.ones(len(kind), dtype=np.int64), (kind, column)), shape=(len(parts), m))
        repeats = np.array(list(count.values()), dtype=np.int64)
    total = int(repeats.sum())
    times = np.random.default_rng(seed).multinomial(total, repeats / total, size=resamples)
    return Resamples(outcomes, observed, np.asarray(times @ kinds), kinds, repeats)

"""Draw products again and again, with replacement, without ever copying a row (Efron, 1979).

Figures such as accuracy need no rows, only how often each outcome occurs. So outcomes are counted first and
counts are drawn: products that show the same outcomes are of one kind, and how often each kind comes up is
multinomial. The result has exactly the distribution of drawing rows, at a cost that grows with the number of
kinds instead of the number of rows.
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
    """Outcomes as counted, and as counted in each resample.

    Attributes
    ----------
    outcomes : np.ndarray
        int64, shape (m,): the different outcomes, ascending.
    observed : np.ndarray
        int64, shape (m,): rows of each.
    drawn : np.ndarray
        int64, shape (resamples, m): the same in each resample.
    kinds : csr_array
        int64, shape (t, m): rows of each outcome in a product of each kind.
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
    """Count outcomes in as many products as there are, drawn with replacement.

    Parameters
    ----------
    outcomes : np.ndarray
        int, shape (n,): what happened to each row, as a number.
    groups : np.ndarray, optional
        int, shape (n,): rows of one group are one product and are drawn together (cluster bootstrap: Field
        and Welsh, 2007). Without it each row is a product.
    resamples, seed : int
        How often to draw, and what fixes the draws.

    Raises
    ------
    CatalogueError
        If there are no rows.
    ValueError
        If there is not one group a row, or no resample is asked for.
    """
    from scipy.sparse import csr_array, eye_array

    groups = checked_groups(groups, len(outcomes))
    if resamples < 1:
        raise ValueError(f"expected one resample or more, got {resamples}")
    outcomes, place = np.unique(np.asarray(outcomes, dtype=np.int64), return_inverse=True)
    observed = np.bincount(place)
    m = len(outcomes)
    if groups is None:
        kinds, repeats = csr_array(eye_array(m, dtype=np.int64)), observed
    else:
        order = np.lexsort((place, groups))
        ends = np.flatnonzero(np.diff(groups[order])) + 1
        count: dict[bytes, int] = {}
        for part in np.split(place[order], ends):
            key = part.tobytes()
            count[key] = count.get(key, 0) + 1
        parts = [np.frombuffer(key, dtype=place.dtype) for key in count]
        kind = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
        column = np.concatenate(parts)
        kinds = csr_array((np.ones(len(kind), dtype=np.int64), (kind, column)), shape=(len(parts), m))
        repeats = np.array(list(count.values()), dtype=np.int64)
    total = int(repeats.sum())
    times = np.random.default_rng(seed).multinomial(total, repeats / total, size=resamples)
    return Resamples(outcomes, observed, times @ kinds, kinds, repeats)

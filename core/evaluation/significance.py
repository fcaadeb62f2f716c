"""P-values: how often chance alone would show as much."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np


def mcnemar(lead: np.ndarray, test: str = "exact") -> float:
    """Return how often a lead this large arises if who is right is a fair coin a product, two-sided.

    Parameters
    ----------
    lead : np.ndarray
        int, shape (products,): on each, how many more rows the first head gets right than the second. With
        one row a product this is McNemar's test (1947); with several, all signs of a product turn together.
    test : str
        "exact" counts every throw of the coins; for single rows it is the two-sided binomial test. "mid-p"
        counts half of the throws that just match the observed lead: less cautious, and never above the level
        in the 9,595 settings of Fagerland, Lydersen and Laake (2013). "chi-square" is an approximation, with
        Edwards' correction for continuity (1948).

    Returns
    -------
    float
        In [0, 1]; 1 where nothing tells the heads apart.
    """
    lead = np.asarray(lead, dtype=np.int64)
    total, sizes = abs(int(lead.sum())), np.abs(lead[lead != 0])
    if not len(sizes):
        return 1.0
    if test == "chi-square":
        return math.erfc(math.sqrt(max(total - 1, 0) ** 2 / (sizes**2).sum() / 2))
    # chance[i]: the coins that show heads are worth i rows.
    chance = np.ones(1)
    # Without scipy, whose import takes longer than all a page does besides.
    factorial = np.cumsum(np.log(np.maximum(np.arange(len(sizes) + 1), 1)))  # their logarithms
    for size, coins in zip(*np.unique(sizes, return_counts=True), strict=True):
        heads = np.zeros(size * coins + 1)
        ways = factorial[coins] - factorial[: coins + 1] - factorial[coins::-1]
        heads[::size] = np.exp(ways - coins * np.log(2))
        chance = np.convolve(chance, heads)
    leads = np.abs(2 * np.arange(len(chance)) - sizes.sum())
    weight = 0.5 if test == "mid-p" else 1.0
    return float(min(chance[leads > total].sum() + weight * chance[leads == total].sum(), 1))


def holm(p_values: Sequence[float]) -> np.ndarray:
    """Raise p-values so that all conclusions together are wrong no more often than one alone (Holm, 1979)."""
    p_values = np.asarray(p_values, dtype=float)
    if p_values.ndim != 1 or not ((p_values >= 0) & (p_values <= 1)).all():
        raise ValueError(f"expected p-values from 0 to 1, got {p_values}")
    order, m = np.argsort(p_values, kind="stable"), len(p_values)
    raised = np.empty(m)
    raised[order] = np.minimum(np.maximum.accumulate(p_values[order] * np.arange(m, 0, -1)), 1)
    return raised

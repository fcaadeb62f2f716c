"""P-values: how often chance alone would give such a result."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np


def mcnemar(lead: np.ndarray, test: str = "exact") -> float:
    """Return the two-sided p-value of McNemar's test, with repeated rows per product.

    Parameters
    ----------
    lead : np.ndarray
        int, shape (products,): how many more rows of each product the first head gets right than the second.
        With one row per product this is McNemar's test (1947): if the heads are equally good, each sign is a
        fair coin. With several rows, the signs of one product flip together.
    test : str
        "exact" enumerates all signs; for single rows it is the two-sided binomial test. "mid-p" counts half
        of the outcomes that equal the observed lead: less conservative, and never above the level in the
        9,595 settings of Fagerland, Lydersen and Laake (2013). "chi-square" is an approximation, with
        Edwards' continuity correction (1948).

    Returns
    -------
    float
        In [0, 1]; 1 where the heads are right on the same rows.
    """
    lead = np.asarray(lead, dtype=np.int64)
    total, sizes = abs(int(lead.sum())), np.abs(lead[lead != 0])
    if not len(sizes):
        return 1.0
    if test == "chi-square":
        return math.erfc(math.sqrt(max(total - 1, 0) ** 2 / (sizes**2).sum() / 2))
    # chance[i]: probability that the products won by the first head have i rows together.
    chance = np.ones(1)
    # Without scipy, whose import takes longer than everything else a page does.
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
    """Adjust p-values of several tests, so that all errors together keep the level of one (Holm, 1979)."""
    raw = np.asarray(p_values, dtype=float)
    if raw.ndim != 1 or not ((raw >= 0) & (raw <= 1)).all():
        raise ValueError(f"expected p-values from 0 to 1, got {raw}")
    order, m = np.argsort(raw, kind="stable"), len(raw)
    adjusted = np.empty(m)
    adjusted[order] = np.minimum(np.maximum.accumulate(raw[order] * np.arange(m, 0, -1)), 1)
    return adjusted

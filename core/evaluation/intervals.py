"""Confidence intervals: how much a score would vary with other products of the same catalogue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from core.evaluation.checks import checked_classes, checked_share
from core.evaluation.resampling import Resamples, resample

METHODS = ("bca", "percentile")
# Resamples that differ by less are the same but for rounding.
NO_SPREAD = 1e-12
# Kinds of product that are left out at once, each in turn.
CHUNK = 512

Statistic = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Interval:
    """A value, and the range that contains the true value with a confidence of `level`, in (0, 1)."""

    value: float
    low: float
    high: float
    level: float = 0.95

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True)
class ScoreIntervals:
    """Intervals of the scores that `core.evaluation.scores.evaluate` computes."""

    accuracy: Interval
    macro_f1: Interval
    weighted_f1: Interval


def wilson(right: float, n: int, level: float = 0.95) -> Interval:
    """Return a share with its score interval (Wilson, 1927), valid for few trials and shares near 0 or 1.

    Parameters
    ----------
    right : float
        Successes, from 0 to `n`.
    n : int
        Independent trials, at least 1.
    level : float
        In (0, 1).
    """
    if n < 1 or not 0 <= right <= n:
        raise ValueError(f"expected 0 <= right <= n with n of 1 or more, got {right} of {n}")
    z = _z(checked_share(level, "level"))
    share = right / n
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * float(np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)))
    # At the ends the limit is exactly 0 or 1, which rounding can miss.
    low = 0.0 if right == 0 else middle - half
    high = 1.0 if right == n else middle + half
    return Interval(share, low, high, level)


def score_intervals(
    y_true: np.ndarray,
    predicted: np.ndarray,
    n_classes: int,
    *,
    groups: np.ndarray | None = None,
    level: float = 0.95,
    method: str = "bca",
    resamples: int = 2000,
    seed: int = 0,
) -> ScoreIntervals:
    """Return accuracy, macro F1 and weighted F1, each with its bootstrap interval.

    Macro F1 is the mean over the classes that have products.

    Parameters
    ----------
    y_true, predicted : np.ndarray
        int, shape (n,): class numbers below `n_classes`.
    n_classes : int
        How many classes there are.
    groups : np.ndarray, optional
        int, shape (n,): rows of one product share a group and are drawn together. Repeated products make rows
        alike, and intervals that ignore this too narrow. A useful interval needs twenty groups or more.
    level : float
        In (0, 1).
    method : str
        One of `METHODS`; see `bootstrap_interval`.
    resamples, seed : int
        How many, and what fixes them.

    Raises
    ------
    CatalogueError
        If there are no products.
    ValueError
        If the arrays do not fit together, or a setting is out of range.
    """
    from scipy.sparse import csr_array

    y_true, predicted = checked_classes(y_true, predicted, n_classes=n_classes)
    sample = resample(y_true * n_classes + predicted, groups, resamples=resamples, seed=seed)
    true, predicted = np.divmod(sample.outcomes, n_classes)
    # One column per class: `counts @ support` are its products, `counts @ predictions` its predictions.
    shape, everywhere = (len(true), n_classes), np.arange(len(true))
    support, predictions = (
        csr_array((np.ones(len(true)), (everywhere, column)), shape) for column in (true, predicted)
    )
    right = support * predictions
    tested = sample.observed @ support > 0

    def accuracy(counts: np.ndarray) -> np.ndarray:
        return np.asarray(counts[:, true == predicted].sum(axis=1) / counts.sum(axis=1))

    def f1(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        rows = counts @ support
        denominator = rows + counts @ predictions
        return 2 * (counts @ right) / np.maximum(denominator, 1), rows, denominator > 0

    def macro_f1(counts: np.ndarray) -> np.ndarray:
        # A class without products is not measured. One that a resample lost is, as long as it is predicted.
        scores, _, occurs = f1(counts)
        return np.asarray(scores[:, tested].sum(axis=1) / occurs[:, tested].sum(axis=1))

    def weighted_f1(counts: np.ndarray) -> np.ndarray:
        scores, rows, _ = f1(counts)
        return np.asarray((scores * rows).sum(axis=1) / rows.sum(axis=1))

    statistics = (accuracy, macro_f1, weighted_f1)
    return ScoreIntervals(*(bootstrap_interval(s, sample, level=level, method=method) for s in statistics))


def bootstrap_interval(
    statistic: Statistic,
    sample: Resamples,
    *,
    level: float = 0.95,
    method: str = "bca",
) -> Interval:
    """Return a statistic in [0, 1] with its bootstrap interval.

    Parameters
    ----------
    statistic : Callable
        int (r, m), counts of `sample.outcomes` -> float (r,), the statistic of each row of counts.
    sample : Resamples
        The observed counts, and those drawn.
    level : float
        In (0, 1).
    method : str
        "percentile": the quantiles of the resamples. "bca": quantiles corrected for bias and for skewness
        (Efron, 1987), the skewness estimated by leaving out one product at a time. In simulations of 40 to
        3,000 rows and 5 to 24 classes both had about the wanted coverage, but percentile missed several times
        as often on one side as on the other, BCa rarely. Macro F1 with two or three products per class is too
        hard for both: 95 % intervals then covered the truth 9 times out of 10.

    Notes
    -----
    Where every resample gives the same value, as with no wrong row at all, there are no quantiles to take. An
    outcome that none of n products showed may still have a share of z^2 / (n + z^2), the upper limit of
    Wilson's interval for 0 of n. The interval is then how far such a share could move the value if each of
    its products counted as much as any other. For accuracy that is Wilson's own interval; for macro F1 it is
    approximate.
    """
    if method not in METHODS:
        raise ValueError(f"expected a method among {', '.join(METHODS)}, got {method!r}")
    z = _z(checked_share(level, "level"))
    value = float(statistic(sample.observed[None])[0])
    drawn = np.sort(statistic(sample.drawn))
    if drawn[-1] - drawn[0] < NO_SPREAD:
        unseen = z**2 / (sample.products + z**2)
        return Interval(value, value * (1 - unseen), value + (1 - value) * unseen, level)
    shares = np.array([(1 - level) / 2, (1 + level) / 2])
    if method == "bca":
        shares = _corrected(shares, value, drawn, _acceleration(statistic, sample))
    low, high = np.quantile(drawn, shares)
    return Interval(value, float(low), float(high), level)


def _corrected(shares: np.ndarray, value: float, drawn: np.ndarray, acceleration: float) -> np.ndarray:
    """Return the quantiles that BCa uses in place of `shares`."""
    normal, n = NormalDist(), len(drawn)
    # Few products give few distinct values: those equal to the observed one count half.
    below = ((drawn < value - NO_SPREAD).mean() + (drawn <= value + NO_SPREAD).mean()) / 2
    bias = normal.inv_cdf(float(np.clip(below, 0.5 / n, 1 - 0.5 / n)))
    corrected = []
    for share in shares:
        step = bias + normal.inv_cdf(float(share))
        corrected.append(normal.cdf(bias + step / max(1 - acceleration * step, 1e-3)))
    return np.array(corrected)


def _acceleration(statistic: Statistic, sample: Resamples) -> float:
    """Return a sixth of the skewness of the statistic over leaving out each product once."""
    left = [
        statistic(sample.observed - sample.kinds[start : start + CHUNK].toarray())
        for start in range(0, len(sample.repeats), CHUNK)
    ]
    values = np.concatenate(left)
    off = np.average(values, weights=sample.repeats) - values
    square = (sample.repeats * off**2).sum()
    return float((sample.repeats * off**3).sum() / (6 * square**1.5)) if square > 0 else 0.0


def _z(level: float) -> float:
    """Return the standard normal quantile of a two-sided interval."""
    return NormalDist().inv_cdf((1 + level) / 2)

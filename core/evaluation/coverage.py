"""How many products can be classified without a person, and how many of those rightly.

Answers above a confidence are accepted, the others go to a person. Thresholds are chosen on validation rows
(`core.evaluation.thresholds`); what they are worth is said of test rows (`accept`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.evaluation.checks import checked_judged, checked_share
from core.evaluation.intervals import Interval, wilson


@dataclass(frozen=True)
class CoverageCurve:
    """Accuracy on the accepted rows for each threshold (El-Yaniv and Wiener, 2010).

    Attributes
    ----------
    thresholds : np.ndarray
        float64, shape (m,): each confidence that occurs, falling.
    accepted, right : np.ndarray
        int64, shape (m,): rows of that confidence or more, and how many of them are right.
    """

    thresholds: np.ndarray
    accepted: np.ndarray
    right: np.ndarray

    @property
    def coverage(self) -> np.ndarray:
        """Share of rows accepted, float64 (m,), rising to 1."""
        return self.accepted / self.accepted[-1]

    @property
    def accuracy(self) -> np.ndarray:
        """Share of accepted rows that are right, float64 (m,)."""
        return self.right / self.accepted

    @property
    def area_under_risk(self) -> float:
        """Mean share of wrong rows over accepting 1, 2, ... n rows (AURC; Geifman et al., 2019); 0 is best.

        Rows of equal confidence are taken in no order: so many of them count as wrong as on average.
        """
        rows = np.arange(1, self.accepted[-1] + 1)
        wrong = np.interp(rows, np.append(0, self.accepted), np.append(0, self.accepted - self.right))
        return float((wrong / rows).mean())


@dataclass(frozen=True)
class Accepted:
    """What comes of accepting some answers.

    Attributes
    ----------
    n, accepted, right : int
        All rows, those accepted, and those of them that are right.
    threshold : float or None
        The confidence an answer must reach; None where each class has its own.
    level : float
        Of the interval of the precision.
    """

    n: int
    accepted: int
    right: int
    threshold: float | None
    level: float = 0.95

    @property
    def coverage(self) -> float:
        """Share of rows accepted, in [0, 1]."""
        return self.accepted / self.n

    @property
    def precision(self) -> Interval | None:
        """Share of accepted rows that are right, with Wilson's interval; None if no row is accepted."""
        return wilson(self.right, self.accepted, self.level) if self.accepted else None

    @property
    def words(self) -> str:
        """The outcome in a sentence."""
        if not self.accepted:
            return f"No answer is sure enough: a person decides on all {self.n:,} products."
        of = self.precision
        sure = "its class's threshold" if self.threshold is None else f"{self.threshold:.1%}"
        return (
            f"If an answer is accepted once its confidence reaches {sure}, {self.accepted:,} of {self.n:,} "
            f"products ({self.coverage:.0%}) are classified without a person, {of.value:.1%} of them rightly "
            f"({of.level:.0%} interval: {of.low:.1%} to {of.high:.1%})."
        )


def coverage_curve(y_true: np.ndarray, proba: np.ndarray) -> CoverageCurve:
    """Return the curve of rows with true class numbers `y_true` (n,) and probabilities (n, k).

    Raises
    ------
    CatalogueError
        If there are no rows.
    ValueError
        If the arrays do not fit together.
    """
    y_true, proba = checked_judged(y_true, proba)
    right = proba.argmax(axis=1) == y_true
    rising, place = np.unique(proba.max(axis=1), return_inverse=True)
    rows, rightly = np.bincount(place), np.bincount(place, weights=right).astype(np.int64)
    return CoverageCurve(rising[::-1], rows[::-1].cumsum(), rightly[::-1].cumsum())


def accept(
    y_true: np.ndarray, proba: np.ndarray, thresholds: float | np.ndarray, *, level: float = 0.95
) -> Accepted:
    """Say what comes of accepting the test rows whose confidence reaches the threshold.

    Parameters
    ----------
    y_true, proba : np.ndarray
        Class numbers (n,) and probabilities (n, k) of test rows.
    thresholds : float or np.ndarray
        One for all, or shape (k,), one for each predicted class.
    level : float
        Of the precision's interval.
    """
    y_true, proba = checked_judged(y_true, proba)
    threshold = float(thresholds) if np.ndim(thresholds) == 0 else None
    thresholds = np.asarray(thresholds, dtype=float)
    if thresholds.shape not in ((), proba.shape[1:]):
        raise ValueError(f"expected one threshold or {proba.shape[1]}, got shape {thresholds.shape}")
    thresholds = np.broadcast_to(thresholds, proba.shape[1:])
    predicted = proba.argmax(axis=1)
    taken = proba.max(axis=1) >= thresholds[predicted]
    right = int((taken & (predicted == y_true)).sum())
    return Accepted(len(y_true), int(taken.sum()), right, threshold, checked_share(level, "level"))

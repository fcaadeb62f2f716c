"""Coverage and precision of accepted answers: those whose confidence reaches a threshold.

The other answers are reviewed. Thresholds are chosen on validation products (`core.evaluation.thresholds`);
`accept` says what they are worth on test products.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.evaluation.checks import checked_predictions, checked_share
from core.evaluation.intervals import Interval, wilson


@dataclass(frozen=True)
class CoverageCurve:
    """Accuracy of the accepted answers for each threshold (El-Yaniv and Wiener, 2010).

    Attributes
    ----------
    thresholds : np.ndarray
        float64, shape (m,): each confidence that occurs, descending.
    accepted, right : np.ndarray
        int64, shape (m,): answers of that confidence or more, and how many of them are right.
    """

    thresholds: np.ndarray
    accepted: np.ndarray
    right: np.ndarray

    @property
    def coverage(self) -> np.ndarray:
        """Share of answers accepted, float64 (m,), ascending to 1."""
        share: np.ndarray = self.accepted / self.accepted[-1]
        return share

    @property
    def accuracy(self) -> np.ndarray:
        """Share of accepted answers that are right, float64 (m,)."""
        share: np.ndarray = self.right / self.accepted
        return share


@dataclass(frozen=True)
class Accepted:
    """Coverage and precision at a threshold.

    Attributes
    ----------
    n, accepted, right : int
        All answers, those accepted, and those of them that are right.
    threshold : float or None
        The confidence an answer must reach; None where each class has its own.
    level : float
        Of the interval of the precision, in (0, 1).
    """

    n: int
    accepted: int
    right: int
    threshold: float | None
    level: float = 0.95

    @property
    def coverage(self) -> float:
        """Share of answers accepted, in [0, 1]."""
        return self.accepted / self.n

    @property
    def precision(self) -> Interval | None:
        """Share of accepted answers that are right, with Wilson's interval; None if none is accepted."""
        return wilson(self.right, self.accepted, self.level) if self.accepted else None

    @property
    def sentence(self) -> str:
        """The result in a sentence, for people."""
        precision = self.precision
        if precision is None:
            return f"No answer reaches its threshold: all {self.n:,} products need review."
        needed = "the threshold of its category" if self.threshold is None else f"{self.threshold:.1%}"
        return (
            f"If answers are accepted from a confidence of {needed} on, {self.accepted:,} of {self.n:,} "
            f"products ({self.coverage:.1%}) need no review, and {precision.value:.1%} of these answers are "
            f"right ({precision.level:.0%} interval: {precision.low:.1%} to {precision.high:.1%})."
        )


def coverage_curve(y_true: np.ndarray, proba: np.ndarray) -> CoverageCurve:
    """Return the curve of products with class numbers `y_true` (n,) and probabilities (n, k).

    Raises
    ------
    CatalogueError
        If there are no products.
    ValueError
        If the arrays do not fit together.
    """
    y_true, proba = checked_predictions(y_true, proba)
    right = proba.argmax(axis=1) == y_true
    ascending, position = np.unique(proba.max(axis=1), return_inverse=True)
    counts, right_counts = np.bincount(position), np.bincount(position, weights=right).astype(np.int64)
    return CoverageCurve(ascending[::-1], counts[::-1].cumsum(), right_counts[::-1].cumsum())


def accept(
    y_true: np.ndarray, proba: np.ndarray, thresholds: float | np.ndarray, *, level: float = 0.95
) -> Accepted:
    """Accept the answers whose confidence reaches the threshold, and compare them with the truth.

    Parameters
    ----------
    y_true, proba : np.ndarray
        Class numbers (n,) and probabilities (n, k) of test products.
    thresholds : float or np.ndarray
        One for all, or shape (k,), one for each predicted class.
    level : float
        Of the precision's interval, in (0, 1).
    """
    y_true, proba = checked_predictions(y_true, proba)
    threshold = float(thresholds) if np.ndim(thresholds) == 0 else None
    thresholds = np.asarray(thresholds, dtype=float)
    if thresholds.shape not in ((), proba.shape[1:]):
        raise ValueError(f"expected one threshold or {proba.shape[1]}, got shape {thresholds.shape}")
    thresholds = np.broadcast_to(thresholds, proba.shape[1:])
    predicted = proba.argmax(axis=1)
    accepted = proba.max(axis=1) >= thresholds[predicted]
    right = int((accepted & (predicted == y_true)).sum())
    return Accepted(len(y_true), int(accepted.sum()), right, threshold, checked_share(level, "level"))

"""What a random split would have promised: scores look better where the same product is on both sides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from core.evaluation.checks import checked_groups, checked_share
from core.evaluation.intervals import Interval
from core.evaluation.splits import Split, make_split

TrainAndPredict = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Inflation:
    """Accuracy under two ways to divide the same rows.

    Attributes
    ----------
    random, grouped, difference : Interval
        Mean accuracy over seeds where rows are divided at random, where products are kept whole, and the
        first less the second.
    seeds : int
        How many splits of each kind.
    seen : float
        Share of test rows of a random split whose product is among the training rows too; mean over seeds.
    """

    random: Interval
    grouped: Interval
    difference: Interval
    seeds: int
    seen: float

    @property
    def words(self) -> str:
        """The outcome in a sentence or two."""
        if not self.seen:
            return "No product has rows on both sides of a random split: it promises no more than is true."
        gap = self.difference
        sure = ", which may be chance" if 0 in gap else ""
        return (
            f"With rows divided at random, {self.seen:.1%} of the test rows show a product that is also "
            f"among the training rows. Accuracy then is {self.random.value:.1%}; with products kept whole it "
            f"is {self.grouped.value:.1%}. The difference is {100 * gap.value:+.1f} points ({gap.level:.0%} "
            f"interval: {100 * gap.low:+.1f} to {100 * gap.high:+.1f}){sure}."
        )


def split_inflation(
    vectors: np.ndarray,
    labels: Sequence[str],
    groups: np.ndarray,
    *,
    train_and_predict: TrainAndPredict | None = None,
    seeds: Sequence[int] = range(5),
    level: float = 0.95,
) -> Inflation:
    """Train and judge under random and under duplicate-aware splits of the same rows.

    Both splits are `core.evaluation.splits.make_split`'s, stratified and of about the same sizes; for the
    random one,
    each row is a product of its own. Only train and test rows are used.

    Parameters
    ----------
    vectors : np.ndarray
        float32, shape (n, d): the features.
    labels : Sequence[str]
        A class a row.
    groups : np.ndarray
        int, shape (n,): the product of each row, as `core.evaluation.splits.product_groups` gives it.
    train_and_predict : Callable, optional
        X_train (m, d), y_train (m,), X_test (t, d) -> predicted class numbers (t,). y_train has each class
        from 0 on. `logistic_regression` if not given.
    seeds : Sequence[int]
        Two or more, for the splits.
    level : float
        Of the intervals, in (0, 1).

    Raises
    ------
    CatalogueError
        If there are too few different products to divide.
    ValueError
        If the arrays do not fit together, or there are fewer than two seeds.
    """
    groups = checked_groups(groups, len(labels))
    if len(vectors) != len(labels):
        raise ValueError(f"expected a vector a label, got {len(vectors)} vectors, {len(labels)} labels")
    if len(seeds) < 2:
        raise ValueError(f"expected two seeds or more, got {len(seeds)}")
    checked_share(level, "level")
    train_and_predict = train_and_predict or logistic_regression
    y = np.unique(np.asarray(labels, dtype=object).astype(str), return_inverse=True)[1]

    def accuracy(split: Split) -> float:
        predicted = train_and_predict(vectors[split.train], y[split.train], vectors[split.test])
        if np.shape(predicted) != split.test.shape:
            raise ValueError(f"expected {len(split.test)} predictions, got shape {np.shape(predicted)}")
        return float((np.asarray(predicted) == y[split.test]).mean())

    rows = np.arange(len(y))
    random_splits = [make_split(labels, rows, seed=seed) for seed in seeds]
    grouped_splits = [make_split(labels, groups, seed=seed) for seed in seeds]
    random = np.array([accuracy(split) for split in random_splits])
    grouped = np.array([accuracy(split) for split in grouped_splits])
    ratio = np.mean([len(split.test) / len(split.train) for split in grouped_splits])
    return Inflation(
        random=_mean(random, ratio, level, (0, 1)),
        grouped=_mean(grouped, ratio, level, (0, 1)),
        difference=_mean(random - grouped, ratio, level, (-1, 1)),
        seeds=len(seeds),
        seen=float(np.mean([np.isin(groups[s.test], groups[s.train]).mean() for s in random_splits])),
    )


def logistic_regression(vectors: np.ndarray, y: np.ndarray, new_vectors: np.ndarray) -> np.ndarray:
    """Fit logistic regression as `core.heads.linear` does without validation rows; return its predictions."""
    from sklearn.linear_model import LogisticRegression

    from core.heads.linear import REGRESSION_DEFAULT, one_thread

    with one_thread():
        model = LogisticRegression(C=REGRESSION_DEFAULT, max_iter=300, tol=1e-5)
        return model.fit(vectors, y).predict(new_vectors)


def _mean(values: np.ndarray, ratio: float, level: float, ends: tuple[float, float]) -> Interval:
    """Return the mean over splits with its t interval.

    Splits of the same rows overlap, so their scores are alike and the plain interval would be too narrow: its
    variance is raised by the ratio of test to train rows (Nadeau and Bengio, 2003).
    """
    from scipy.stats import t

    mean = float(values.mean())
    error = np.sqrt((1 / len(values) + ratio) * values.var(ddof=1))
    half = float(t.ppf((1 + level) / 2, len(values) - 1) * error)
    return Interval(mean, max(mean - half, ends[0]), min(mean + half, ends[1]), level)

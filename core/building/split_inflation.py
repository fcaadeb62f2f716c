"""What a random split would have promised: scores look better where equal products are on both sides."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from core.building.training_data import TrainingData
from core.bundle.split_inflation import SplitInflation
from core.common.errors import CatalogueError
from core.evaluation.checks import checked_groups, checked_share
from core.evaluation.intervals import Interval
from core.evaluation.splits import Split, make_split

TrainAndPredict = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]


# A sample shows a catalogue's inflation as well as all of it; ten models are trained for it.
SAMPLE_ROWS = 4000


def inflation_of(data: TrainingData) -> SplitInflation | None:
    """Measure how much a random split would flatter, on a sample of the products.

    The sample has at most `SAMPLE_ROWS` products; equal ones are drawn together. None where there are too few
    different products to tell.
    """
    data = data.unseen
    modality = data.inputs.modalities[-1]
    rows = _sample(np.flatnonzero(data.inputs.present(modality)), data.groups, data.seed)
    labels = np.asarray(data.classes, dtype=object)[data.labels[rows]]
    try:
        return split_inflation(
            data.inputs.vectors(modality)[rows], labels.tolist(), data.groups[rows], modality=modality
        )
    except CatalogueError:
        return None


def split_inflation(
    vectors: np.ndarray,
    labels: Sequence[str],
    groups: np.ndarray,
    *,
    modality: str,
    train_and_predict: TrainAndPredict | None = None,
    seeds: Sequence[int] = range(5),
    level: float = 0.95,
) -> SplitInflation:
    """Train and judge under random and under duplicate-aware splits of the same rows.

    Both splits are `core.evaluation.splits.make_split`'s, stratified and of about the same sizes; for the
    random one, each row is a product of its own. Only training and test products are used.

    Parameters
    ----------
    vectors : np.ndarray
        float32, shape (n, d): the features.
    labels : Sequence[str]
        A class a row.
    groups : np.ndarray
        int, shape (n,): the product of each row, as `core.catalogue.grouping.group_products` gives it.
    modality : str
        What the vectors are of: text, image or fused.
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
    checked_groups(groups, len(labels))
    groups = np.unique(groups, return_inverse=True)[1].astype(np.int64)
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
    ratio = float(np.mean([len(split.test) / len(split.train) for split in grouped_splits]))
    return SplitInflation(
        modality=modality,
        rows=len(y),
        random=_mean(random, ratio, level, (0, 1)),
        grouped=_mean(grouped, ratio, level, (0, 1)),
        difference=_mean(random - grouped, ratio, level, (-1, 1)),
        seen=float(np.mean([np.isin(groups[s.test], groups[s.train]).mean() for s in random_splits])),
    )


def logistic_regression(vectors: np.ndarray, y: np.ndarray, new_vectors: np.ndarray) -> np.ndarray:
    """Fit logistic regression as `core.heads.linear` does without validation rows; return its predictions."""
    from sklearn.linear_model import LogisticRegression

    from core.heads.linear import REGRESSION_DEFAULT, quietly_on_one_thread

    with quietly_on_one_thread():
        model = LogisticRegression(C=REGRESSION_DEFAULT, max_iter=300, tol=1e-5)
        predicted: np.ndarray = model.fit(vectors, y).predict(new_vectors)
    return predicted


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


def _sample(rows: np.ndarray, groups: np.ndarray, seed: int) -> np.ndarray:
    """Draw whole groups until there are enough rows; the last group may be cut."""
    if len(rows) <= SAMPLE_ROWS:
        return rows
    order = np.random.default_rng(seed).permutation(np.unique(groups[rows]))
    place = np.empty(groups.max() + 1, dtype=np.int64)
    place[order] = np.arange(len(order))
    drawn: np.ndarray = rows[np.argsort(place[groups[rows]], kind="stable")[:SAMPLE_ROWS]]
    return np.sort(drawn)

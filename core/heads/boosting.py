"""The gradient boosting head: trees that each mend what those before got wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.common.errors import CoreError
from core.heads.linear import quietly_on_one_thread
from core.heads.readers.reader import Feeds
from core.heads.readers.vectors import VectorReader
from core.heads.setting import number, whole
from core.heads.task import Settings, TrainingTask

if TYPE_CHECKING:
    import onnx
    from sklearn.ensemble import HistGradientBoostingClassifier

ROWS = 10_000
"""Products that are learned from, at most: a random sample of a larger catalogue."""
MOST_TREES = 3000
"""There is a tree for each category and round: of many categories, fewer rounds by default."""
MOST_ROUNDS, LEAST_ROUNDS = 100, 10
PATIENCE = 10
BINS = 63
"""Values that a feature is divided into: a quarter of scikit-learn's, and no worse for vectors."""

ROUNDS = whole("rounds", None, 1, 1000)
RATE = number("rate", 0.1, 0.001, 1)
LEAVES = whole("leaves", 15, 2, 255)
MOST_LEAVES = 20_000_000
"""Of all trees together: a file with more would take longer to answer than a head may."""
SETTINGS = (ROUNDS, RATE, LEAVES)
"""Rounds, at most (validation products stop earlier); learning rate; leaves of a tree."""


@dataclass(frozen=True)
class FittedBoosting:
    """A fitted ensemble of boosted trees."""

    reader: VectorReader
    estimator: HistGradientBoostingClassifier
    settings: Settings
    losses: None = None

    def predict_proba(self, feeds: Feeds) -> np.ndarray:
        """Return float (n, n_classes)."""
        return np.asarray(self.estimator.predict_proba(feeds["vectors"]))

    def to_onnx(self) -> onnx.ModelProto:
        """Write all trees as one operator, whose sums a softmax makes shares."""
        from core.heads.boosting_graph import boosting_graph

        return boosting_graph(self.estimator)


def fit_gradient_boosting(task: TrainingTask) -> FittedBoosting:
    """Fit scikit-learn's histogram gradient boosting (Ke et al., 2017; Friedman, 2001).

    It ends when the log loss of validation products has not fallen for ten rounds.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier

    usual = int(np.clip(MOST_TREES // task.n_classes, LEAST_ROUNDS, MOST_ROUNDS))
    rounds, leaves = ROUNDS.chosen(task.wanted), LEAVES.of(task.wanted)
    if (rounds or usual) * leaves * task.n_classes > MOST_LEAVES:
        raise CoreError(
            f"gradient_boosting: expected rounds x leaves x categories up to {MOST_LEAVES:,}, got "
            f"{rounds or usual:,} x {leaves} x {task.n_classes:,}; choose fewer rounds or leaves"
        )
    watched = len(task.y_val) > 0
    model = HistGradientBoostingClassifier(
        learning_rate=RATE.of(task.wanted),
        max_iter=rounds or int(task.settings.get("rounds", usual)),
        max_leaf_nodes=leaves,
        max_bins=BINS,
        early_stopping=watched,
        n_iter_no_change=PATIENCE,
        random_state=task.seed,
    )
    rows = _sample(task)
    of_validation = (
        {"X_val": task.X_val, "y_val": task.y_val, "sample_weight_val": task.weights_val} if watched else {}
    )
    with quietly_on_one_thread():
        model.fit(
            task.X[rows],
            task.y[rows],
            None if task.weights is None else task.weights[rows],
            **of_validation,
        )
    settings = {"rounds": model.n_iter_, "rate": model.learning_rate, "leaves": model.max_leaf_nodes}
    return FittedBoosting(VectorReader(task.modality), model, settings)


def _sample(task: TrainingTask) -> np.ndarray:
    """Return rows to learn from, `ROWS` and the first of each class that the draw left out."""
    if len(task.y) <= ROWS:
        return np.arange(len(task.y))
    drawn = np.random.default_rng(task.seed).permutation(len(task.y))[:ROWS]
    first = np.unique(task.y, return_index=True)[1]
    return np.union1d(drawn, first)

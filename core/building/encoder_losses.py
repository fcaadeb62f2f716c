"""How well vectors tell categories apart: the out-of-fold log loss of a logistic regression on them."""

from __future__ import annotations

import numpy as np

from core.building.fitting import fit, fit_with_settings
from core.building.training_data import TrainingData
from core.evaluation.folds import out_of_fold
from core.evaluation.scores import SMALLEST
from core.evaluation.splits import Split
from core.features.vectors import Features
from core.heads.inputs import Inputs
from core.heads.key import HeadKey

FOLDS = 3
HELD_BACK = 5
"""One group in so many chooses the regularisation."""


def losses_of(vectors: np.ndarray, labels: np.ndarray, groups: np.ndarray, seed: int) -> np.ndarray:
    """Return the log loss of each product, by models that were trained without it.

    Parameters
    ----------
    vectors
        float32 (n, d): rows of length 1.
    labels
        int64 (n,): positions of the categories.
    groups
        int64 (n,): equal products share a number.
    seed
        Of the folds.

    Returns
    -------
    ndarray
        float64 (m,): without the products whose category no other group has.

    Raises
    ------
    CatalogueError
        There are fewer than two categories with two different products.
    """
    inputs = Inputs.of({"text": Features(vectors, np.ones(len(vectors), dtype=bool))})
    held_back = np.unique(groups, return_inverse=True)[1] % HELD_BACK == 0
    data = TrainingData(
        inputs=inputs,
        labels=labels,
        classes=tuple(map(str, range(labels.max() + 1))),
        skus=np.arange(len(labels)).astype(object),
        split=Split(np.flatnonzero(~held_back), np.flatnonzero(held_back), np.zeros(0, np.int64), seed),
        groups=groups,
        learned=np.zeros(len(labels), dtype=bool),
        seed=seed,
    )
    # The modality is only a name here: the head reads the vectors.
    key = HeadKey("text", "logistic_regression")
    settings = fit(data, key).settings

    def fit_predict(train: np.ndarray, test: np.ndarray) -> np.ndarray:
        return fit_with_settings(data, key, train, settings).predict_proba(inputs.take(test))

    proba = out_of_fold(fit_predict, labels, groups, FOLDS, seed)
    of_true = proba[np.arange(len(labels)), labels]
    kept = of_true[np.isfinite(of_true)].astype(np.float64)
    losses: np.ndarray = -np.log(np.maximum(kept, SMALLEST))
    return losses

"""What training products get from models, and from encoders, that were not trained on them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from core.building.training_data import TrainingData
from core.common.digest import content_digest
from core.evaluation.folds import answers, out_of_fold

FOLDS = 5
# From this many training products on, three folds say the same.
MANY_ROWS = 10_000
FEWER_FOLDS = 3

FitPredict = Callable[[TrainingData, np.ndarray, np.ndarray], np.ndarray]
"""``fit_predict(data, train_rows, test_rows)``: float (len(test), classes), from the vectors of the data."""


def fold_name(head: str, train: np.ndarray, test: np.ndarray) -> str:
    """Return the name of the step that trains a head on some products for others."""
    return f"fold {head} {content_digest(train, test)[:12]}"


def training_out_of_fold(
    data: TrainingData, modality: str, fit_predict: FitPredict, workers: int = 1
) -> np.ndarray:
    """Return probabilities of each training product by a model that was not trained on it.

    Where the encoder was trained on the training products, the vectors are the frozen encoder's, or those of
    the encoders that were trained without the fold in question (`TrainingData.folds`). `workers` are folds at
    once, in threads.

    Returns
    -------
    ndarray
        float32 (n, classes); NaN in rows of other products, of those without the modality, and of those in
        whose category all products are one.
    """
    rows = data.split.train[data.inputs.present(modality)[data.split.train]]
    if folds := data.folds_for(modality):
        trials = (
            (partial(fit_predict, fold.data), np.setdiff1d(rows, fold.rows), np.intersect1d(rows, fold.rows))
            for fold in folds
        )
        return answers(trials, data.labels, workers)
    present = np.zeros(len(data.labels), dtype=bool)
    present[rows] = True
    count = FOLDS if len(data.split.train) < MANY_ROWS else FEWER_FOLDS
    learner = partial(fit_predict, data.unseen)
    return out_of_fold(learner, data.labels, data.groups, count, data.seed, present=present, workers=workers)

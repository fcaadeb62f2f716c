"""What training products get from models, and from encoders, that were not trained on them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from core.building.training_data import TrainingData
from core.common.digest import content_digest
from core.evaluation.folds import Trial, answers, trials_of

FOLDS = 5
# From this many training products on, three folds say the same.
MANY_ROWS = 10_000
FEWER_FOLDS = 3

FitPredict = Callable[[TrainingData, np.ndarray, np.ndarray], np.ndarray]
"""``fit_predict(data, train_rows, test_rows)``: float (len(test), classes), from the vectors of the data."""


def fold_name(head: str, train: np.ndarray, test: np.ndarray) -> str:
    """Return the name of the step that trains a head on some products for others."""
    return f"fold {head} {content_digest(train, test)[:12]}"


def training_out_of_fold(data: TrainingData, modality: str, fit_predict: FitPredict) -> np.ndarray:
    """Return probabilities of each training product by a model that was not trained on it.

    Where the encoder was trained on the training products, the vectors are the frozen encoder's, or those of
    the encoders that were trained without the fold in question (`TrainingData.folds`).

    Returns
    -------
    ndarray
        float32 (n, classes); NaN in rows of other products, of those without the modality, and of those in
        whose category all products are one.
    """
    return answers(training_trials(data, modality, fit_predict), data.labels)


def training_trials(data: TrainingData, modality: str, fit_predict: FitPredict) -> list[Trial]:
    """Return the trials whose answers are `training_out_of_fold`."""
    rows = data.split.train[data.inputs.present(modality)[data.split.train]]
    if folds := data.folds_for(modality):
        return [
            (partial(fit_predict, fold.data), np.setdiff1d(rows, fold.rows), np.intersect1d(rows, fold.rows))
            for fold in folds
        ]
    present = np.zeros(len(data.labels), dtype=bool)
    present[rows] = True
    count = FOLDS if len(data.split.train) < MANY_ROWS else FEWER_FOLDS
    learner = partial(fit_predict, data.unseen)
    return trials_of(learner, data.labels, data.groups, count, data.seed, present=present)

"""Train one head: on training products, where validation products choose its settings and when to stop."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np

from core.building.folding import training_trials
from core.building.training_data import TrainingData
from core.evaluation.folds import Trial, able_trials
from core.heads.key import HeadKey
from core.heads.served import OnnxHead
from core.heads.task import Settings, TrainingTask
from core.heads.training import TrainedHead, train_head


def fit(data: TrainingData, key: HeadKey) -> TrainedHead:
    """Train a head that reads products themselves."""
    present = data.inputs.present(key.modality)
    train, validation = (rows[present[rows]] for rows in (data.split.train, data.split.validation))
    inputs, labels = data.with_copies(train, key)
    task = TrainingTask(
        key.modality,
        inputs,
        labels,
        data.inputs.take(validation),
        data.labels[validation],
        range(len(data.classes)),
        name_vectors=data.name_vectors.get(key.modality),
        wanted=data.wanted.get(key.head, {}),
        balanced=data.balanced,
        projections=data.projections,
        seed=data.seed,
        word_vectors=data.word_vectors,
    )
    return train_head(key.head, task)


def fit_combining(
    data: TrainingData,
    key: HeadKey,
    members: tuple[HeadKey, ...],
    proba: Mapping[HeadKey, np.ndarray],
    served: Mapping[HeadKey, OnnxHead],
) -> TrainedHead:
    """Train a head that combines others, on their out-of-fold probabilities.

    A category whose training products have none is not lost: there, the members' own answers stand in. All
    its products may be one group, so that no fold could learn the category without them.

    Parameters
    ----------
    data, key
        The products, and the head to train.
    members
        The heads it combines.
    proba
        Member -> its probabilities, out of fold (`fold_trials`, `with_served`).
    served
        The members.
    """
    present = data.inputs.present(key.modality)
    usable = present & np.all([np.isfinite(proba[member]).all(axis=1) for member in members], axis=0)
    train = data.combining_rows(key.modality)
    if not data.can_combine(key.modality):
        train = np.concatenate([train, data.split.validation])
    train, validation = (rows[usable[rows]] for rows in (train, data.split.validation))
    learned = data.split.train[present[data.split.train]]
    lost = learned[~np.isin(data.labels[learned], data.labels[train])]
    train = np.sort(np.concatenate([train, lost]))
    inputs = data.inputs.with_members({m: _with_own(data, proba[m], served[m], lost) for m in members})
    task = TrainingTask(
        key.modality,
        inputs.take(train),
        data.labels[train],
        inputs.take(validation),
        data.labels[validation],
        range(len(data.classes)),
        members=members,
        wanted=data.wanted.get(key.head, {}),
        balanced=data.balanced,
        seed=data.seed,
        word_vectors=data.word_vectors,
    )
    return train_head(key.head, task)


def _with_own(data: TrainingData, proba: np.ndarray, head: OnnxHead, rows: np.ndarray) -> np.ndarray:
    """Return the probabilities with a head's own answers in these rows."""
    own = proba.copy()
    own[rows] = head.predict_proba(data.inputs.take(rows))
    return own


def refit(data: TrainingData, key: HeadKey, settings: Settings) -> TrainedHead:
    """Train a head on training and validation products together, with the settings chosen before.

    A tenth more products is worth up to a point of accuracy on a small catalogue.
    """
    rows = np.sort(np.concatenate([data.split.train, data.split.validation]))
    return fit_with_settings(data, key, rows[data.inputs.present(key.modality)[rows]], settings)


def fold_trials(data: TrainingData, key: HeadKey, settings: Settings) -> list[Trial]:
    """Return the trials that answer training products by heads of these settings, trained in folds."""
    fit_predict = partial(_fold_answers, key, settings)
    return able_trials(training_trials(data, key.modality, fit_predict), data.labels)


def _fold_answers(
    key: HeadKey, settings: Settings, data: TrainingData, train: np.ndarray, test: np.ndarray
) -> np.ndarray:
    return fit_with_settings(data, key, train, settings).predict_proba(data.inputs.take(test))


def with_served(data: TrainingData, key: HeadKey, proba: np.ndarray, served: OnnxHead) -> np.ndarray:
    """Return a head's probabilities of every product, each by a model that was not trained on it.

    Training products are answered by heads trained in folds (`fold_trials`), as in `proba`; the others by
    the head itself, as it is served.

    Returns
    -------
    ndarray
        float32 (n, classes); NaN where a product lacks the modality.
    """
    others = np.setdiff1d(np.flatnonzero(data.inputs.present(key.modality)), data.split.train)
    proba[others] = served.predict_proba(data.inputs.take(others))
    return proba


def fit_with_settings(data: TrainingData, key: HeadKey, rows: np.ndarray, settings: Settings) -> TrainedHead:
    """Train on `rows` with settings chosen before: no validation products are needed."""
    inputs, labels = data.with_copies(rows, key)
    nothing = np.zeros(0, dtype=np.int64)
    task = TrainingTask(
        key.modality,
        inputs,
        labels,
        data.inputs.take(nothing),
        nothing,
        range(len(data.classes)),
        settings=settings,
        wanted=data.wanted.get(key.head, {}),
        balanced=data.balanced,
        seed=data.seed,
        word_vectors=data.word_vectors,
    )
    return train_head(key.head, task)

"""Train one head: on training products, where validation products choose its settings and when to stop."""

from __future__ import annotations

import os
from collections.abc import Mapping

import numpy as np

from core.building.folding import fold_name, training_out_of_fold
from core.building.training_data import TrainingData
from core.building.unfinished.forms import ARRAY
from core.building.unfinished.steps import Steps
from core.heads.key import HeadKey
from core.heads.linear import quietly_on_one_thread
from core.heads.registry import HEADS
from core.heads.served import OnnxHead
from core.heads.softmax import MANY_ROWS, torch_on_one_thread
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
        Member -> what `out_of_fold_probabilities` returns for it.
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


def out_of_fold_probabilities(
    data: TrainingData, key: HeadKey, settings: Settings, served: OnnxHead, steps: Steps
) -> np.ndarray:
    """Return a head's probabilities of every product, each by a model that was not trained on it.

    Training products are answered by heads of the same settings, trained in folds
    (`core.building.folding`); the others by the head itself, as it is served. `steps` keep each fold's.

    Returns
    -------
    ndarray
        float32 (n, classes); NaN where a product lacks the modality.
    """

    def fit_predict(of: TrainingData, train: np.ndarray, test: np.ndarray) -> np.ndarray:
        def answer() -> np.ndarray:
            return fit_with_settings(of, key, train, settings).predict_proba(of.inputs.take(test))

        return steps.take(fold_name(f"{key.modality} {key.head}", train, test), ARRAY, answer)

    if HEADS[key.head].beside_others and len(data.split.train) >= MANY_ROWS:
        with quietly_on_one_thread(), torch_on_one_thread():
            proba = training_out_of_fold(data, key.modality, fit_predict, workers=os.cpu_count() or 1)
    else:
        proba = training_out_of_fold(data, key.modality, fit_predict)
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

"""Train every head on every modality, and learn what each says of products it has not seen.

Quick heads are trained a last time, on training and validation rows together, once the validation rows have
chosen, weighed and calibrated: a tenth more products is worth up to a point of accuracy on a small catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.building.lessons import ENOUGH, Lessons
from core.bundle.reader import head_file
from core.bundle.writer import BundleWriter
from core.common.meter import Meter
from core.common.progress import Progress, silent
from core.evaluation.folds import out_of_fold
from core.heads.key import HeadKey
from core.heads.registry import HEADS, OnnxHead, TrainedHead, heads_for, load_head, members_for, train_head
from core.heads.scoring import Scorers

FOLDS = 5
# From so many training rows on, three folds say the same.
MANY = 10_000


@dataclass(frozen=True)
class Cost:
    """What training a head took: seconds, megabytes of memory at the peak, and the file's bytes."""

    seconds: float
    peak_mb: float
    size_bytes: int


@dataclass(frozen=True)
class Taught:
    """All heads of a catalogue.

    Attributes
    ----------
    heads
        (modality, head) -> the head, as it is served.
    costs
        The same -> what it took.
    validation
        The same -> its probabilities of the validation rows, float32 (m, classes), from before it was trained
        on them.
    unseen
        Heads that others weigh -> their probabilities, float32 (n, classes), for every product, by a model
        that had not seen it: training rows out of fold. NaN where there is no answer.
    """

    heads: Mapping[HeadKey, OnnxHead]
    costs: Mapping[HeadKey, Cost]
    validation: Mapping[HeadKey, np.ndarray]
    unseen: Mapping[HeadKey, np.ndarray]


def train_heads(
    writer: BundleWriter, lessons: Lessons, names: Sequence[str], progress: Progress = silent
) -> Taught:
    """Train the heads `names` on each modality and write them; those that weigh others come last."""
    plan = [
        (m, name) for m in lessons.inputs.modalities for name in heads_for(m, names, lessons.name_vectors)
    ]
    plan = [(m, name) for m, name in plan if HEADS[name].frugal or len(lessons.weighing(m)) >= ENOUGH]
    plan.sort(key=lambda key: HEADS[key[1]].weighs)
    asked = {member for m, name in plan if HEADS[name].weighs for member in members_for(m, names)}
    again = [key for key in plan if HEADS[key[1]].quick]
    total = len(plan) + len(asked) + len(again)
    step = iter(range(total))
    heads: dict[HeadKey, OnnxHead] = {}
    costs: dict[HeadKey, Cost] = {}
    unseen: dict[HeadKey, np.ndarray] = {}
    settings: dict[HeadKey, Mapping[str, Any]] = {}

    def keep(key: HeadKey, trained: TrainedHead, meter: Meter) -> None:
        file = writer.file(head_file(*key))
        trained.save(file)
        heads[key] = load_head(file, key[0])
        before = costs.get(key, Cost(0, 0, 0))
        peak = max(before.peak_mb, meter.peak_mb)
        costs[key] = Cost(before.seconds + meter.seconds, peak, file.stat().st_size)

    for key in plan:
        progress("Training models", next(step), total)
        with Meter() as meter:
            if HEADS[key[1]].weighs:
                trained = _train_weighing(lessons, *key, unseen, members_for(key[0], names))
            else:
                trained = _train(lessons, *key)
        keep(key, trained, meter)
        settings[key] = trained.settings
        if key in asked:
            progress("Training models", next(step), total)
            unseen[key] = _unseen(lessons, heads, key[0], trained)
    validation: dict[HeadKey, np.ndarray] = {}
    scorers = Scorers(heads, lessons.prior, {})
    for key in plan:
        scorers.raw(key, lessons.inputs.take(lessons.split.validation), validation)
    for key in again:
        progress("Training models", next(step), total)
        with Meter() as meter:
            trained = _train_on_all(lessons, *key, settings[key])
        keep(key, trained, meter)
    progress("Training models", total, total)
    return Taught(heads, costs, validation, unseen)


def _train(lessons: Lessons, modality: str, name: str) -> TrainedHead:
    present = _readable(lessons, modality, name)
    train, validation = (rows[present[rows]] for rows in (lessons.split.train, lessons.split.validation))
    taught, labels = lessons.taught(train, modality)
    return train_head(
        name,
        modality,
        taught,
        labels,
        lessons.inputs.take(validation),
        lessons.labels[validation],
        n_classes=len(lessons.classes),
        name_vectors=lessons.name_vectors.get(modality),
        seed=lessons.seed,
    )


def _train_on_all(lessons: Lessons, modality: str, name: str, settings: Mapping[str, Any]) -> TrainedHead:
    """Train on training and validation rows, with settings chosen before."""
    rows = np.sort(np.concatenate([lessons.split.train, lessons.split.validation]))
    return _with_settings(lessons, modality, name, rows[lessons.inputs.present(modality)[rows]], settings)


def _with_settings(
    lessons: Lessons, modality: str, name: str, rows: np.ndarray, settings: Mapping[str, Any]
) -> TrainedHead:
    """Train on `rows` with settings chosen before: nothing is searched for."""
    taught, labels = lessons.taught(rows, modality)
    return train_head(
        name,
        modality,
        taught,
        labels,
        lessons.inputs.take(np.zeros(0, dtype=np.int64)),
        np.zeros(0),
        n_classes=len(lessons.classes),
        settings=settings,
        seed=lessons.seed,
    )


def _unseen(
    lessons: Lessons, heads: Mapping[HeadKey, OnnxHead], modality: str, trained: TrainedHead
) -> np.ndarray:
    """Ask the head about rows it has not seen, and models like it, trained in folds, about the others."""
    inputs = lessons.inputs
    present = inputs.present(modality)
    teaching = np.zeros(len(inputs), dtype=bool)
    teaching[lessons.split.train] = True

    def fit_predict(train: np.ndarray, test: np.ndarray) -> np.ndarray:
        fold = _with_settings(lessons, modality, trained.name, train, trained.settings)
        return fold.predict_proba(inputs.take(test))

    folds = FOLDS if len(lessons.split.train) < MANY else 3
    proba = out_of_fold(
        fit_predict, lessons.labels, lessons.groups, folds, lessons.seed, present=present & teaching
    )
    rest = np.flatnonzero(present & ~teaching)
    proba[rest] = heads[modality, trained.name].predict_proba(inputs.take(rest))
    return proba


def _train_weighing(
    lessons: Lessons,
    modality: str,
    name: str,
    unseen: Mapping[HeadKey, np.ndarray],
    members: Sequence[HeadKey],
) -> TrainedHead:
    """Train a head on what others say of products they have not seen."""
    inputs = lessons.inputs.having({member: unseen[member] for member in members})
    told = _readable(lessons, modality, name)
    for member in members:
        told &= ~inputs.present(member[0]) | np.isfinite(unseen[member]).all(axis=1)
    rows = lessons.weighing(modality)
    if len(rows) < ENOUGH:
        rows = np.concatenate([rows, lessons.split.validation])
    rows, validation = (part[told[part]] for part in (rows, lessons.split.validation))
    return train_head(
        name,
        modality,
        inputs.take(rows),
        lessons.labels[rows],
        inputs.take(validation),
        lessons.labels[validation],
        n_classes=len(lessons.classes),
        members=members,
        seed=lessons.seed,
    )


def _readable(lessons: Lessons, modality: str, name: str) -> np.ndarray:
    """Which products the head can learn from, bool (n,)."""
    if modality == "fused" and HEADS[name].partial:
        return lessons.inputs.present("text") | lessons.inputs.present("image")
    return lessons.inputs.present(modality).copy()

"""Train every head on every modality, and learn what each says of products it has not seen.

Quick heads are trained a last time, on training and validation rows together, once the validation rows have
chosen, weighed and calibrated: a tenth more products is worth up to a point of accuracy on a small catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.building.lessons import ENOUGH, Lessons
from core.bundle.reader import head_file
from core.bundle.writer import BundleWriter
from core.common.meter import Meter
from core.common.progress import Progress, silent
from core.evaluation.folds import out_of_fold
from core.heads.key import HeadKey
from core.heads.planning import heads_for, members_for
from core.heads.registry import HEADS
from core.heads.scoring import Scorers
from core.heads.served import OnnxHead, load_head
from core.heads.task import Settings, TrainingTask
from core.heads.training import TrainedHead, train_head

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
        HeadKey(modality, name)
        for modality in lessons.inputs.modalities
        for name in heads_for(modality, names, lessons.name_vectors)
        if not HEADS[name].needs_many_rows or len(lessons.weighing(modality)) >= ENOUGH
    ]
    plan.sort(key=lambda key: HEADS[key.head].combines)
    members = {
        member for modality, name in plan if HEADS[name].combines for member in members_for(modality, names)
    }
    again = [key for key in plan if HEADS[key.head].quick]
    total = len(plan) + len(members) + len(again)
    step = iter(range(total))
    heads: dict[HeadKey, OnnxHead] = {}
    costs: dict[HeadKey, Cost] = {}
    unseen: dict[HeadKey, np.ndarray] = {}
    settings: dict[HeadKey, Settings] = {}

    def keep(key: HeadKey, trained: TrainedHead, meter: Meter) -> None:
        file = writer.file(head_file(*key))
        trained.save(file)
        heads[key] = load_head(file)
        before = costs.get(key, Cost(0, 0, 0))
        peak = max(before.peak_mb, meter.peak_mb)
        costs[key] = Cost(before.seconds + meter.seconds, peak, file.stat().st_size)

    for key in plan:
        progress("Training models", next(step), total)
        with Meter() as meter:
            if HEADS[key.head].combines:
                trained = _train_combining(lessons, *key, unseen, members_for(key.modality, names))
            else:
                trained = _train(lessons, *key)
        keep(key, trained, meter)
        settings[key] = trained.settings
        if key in members:
            progress("Training models", next(step), total)
            unseen[key] = _unseen(lessons, heads, key.modality, trained)
    scores = Scorers(heads, lessons.prior, {}).on(lessons.inputs.take(lessons.split.validation))
    validation = {key: scores.raw(key) for key in plan}
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
    task = TrainingTask(
        modality,
        taught,
        labels,
        lessons.inputs.take(validation),
        lessons.labels[validation],
        range(len(lessons.classes)),
        name_vectors=lessons.name_vectors.get(modality),
        seed=lessons.seed,
    )
    return train_head(name, task)


def _train_on_all(lessons: Lessons, modality: str, name: str, settings: Settings) -> TrainedHead:
    """Train on training and validation rows, with settings chosen before."""
    rows = np.sort(np.concatenate([lessons.split.train, lessons.split.validation]))
    return _with_settings(lessons, modality, name, rows[lessons.inputs.present(modality)[rows]], settings)


def _with_settings(
    lessons: Lessons, modality: str, name: str, rows: np.ndarray, settings: Settings
) -> TrainedHead:
    """Train on `rows` with settings chosen before: nothing is searched for."""
    taught, labels = lessons.taught(rows, modality)
    none = np.zeros(0, dtype=np.int64)
    task = TrainingTask(
        modality,
        taught,
        labels,
        lessons.inputs.take(none),
        none,
        range(len(lessons.classes)),
        settings=settings,
        seed=lessons.seed,
    )
    return train_head(name, task)


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
    proba[rest] = heads[HeadKey(modality, trained.name)].predict_proba(inputs.take(rest))
    return proba


def _train_combining(
    lessons: Lessons,
    modality: str,
    name: str,
    unseen: Mapping[HeadKey, np.ndarray],
    members: tuple[HeadKey, ...],
) -> TrainedHead:
    """Train a head on what others say of products they have not seen."""
    inputs = lessons.inputs.with_members({member: unseen[member] for member in members})
    usable = _readable(lessons, modality, name)
    for member in members:
        usable &= ~inputs.present(member.modality) | np.isfinite(unseen[member]).all(axis=1)
    rows = lessons.weighing(modality)
    if len(rows) < ENOUGH:
        rows = np.concatenate([rows, lessons.split.validation])
    rows, validation = (part[usable[part]] for part in (rows, lessons.split.validation))
    task = TrainingTask(
        modality,
        inputs.take(rows),
        lessons.labels[rows],
        inputs.take(validation),
        lessons.labels[validation],
        range(len(lessons.classes)),
        members=members,
        seed=lessons.seed,
    )
    return train_head(name, task)


def _readable(lessons: Lessons, modality: str, name: str) -> np.ndarray:
    """Which products the head can learn from, bool (n,)."""
    if modality == "fused" and HEADS[name].accepts_missing:
        return lessons.inputs.present("text") | lessons.inputs.present("image")
    return lessons.inputs.present(modality).copy()

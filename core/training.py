"""Train every head on every modality, and learn what each says of products it has not seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from core.bundle import head_file
from core.bundle_writer import BundleWriter
from core.cost import Meter
from core.faults.folds import out_of_fold
from core.heads import HEADS, OnnxHead, TrainedHead, heads_for, load_head, members_for, train_head
from core.lessons import Lessons
from core.progress import Progress, silent
from core.scoring import Key

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
    unseen
        Quick heads -> their probabilities, float32 (n, classes), for every product, by a model that had not
        seen it: training rows out of fold. NaN where there is no answer.
    """

    heads: Mapping[Key, OnnxHead]
    costs: Mapping[Key, Cost]
    unseen: Mapping[Key, np.ndarray] = field(default_factory=dict)


def train_heads(
    writer: BundleWriter, lessons: Lessons, names: Sequence[str], progress: Progress = silent
) -> Taught:
    """Train the heads `names` on each modality and write them; those that weigh others come last."""
    plan = [
        (m, name) for m in lessons.inputs.modalities for name in heads_for(m, names, lessons.name_vectors)
    ]
    plan.sort(key=lambda key: HEADS[key[1]].weighs)
    asked = {member for m, name in plan if HEADS[name].weighs for member in members_for(m, names)}
    total = len(plan) + len(asked)
    heads: dict[Key, OnnxHead] = {}
    costs: dict[Key, Cost] = {}
    unseen: dict[Key, np.ndarray] = {}
    for modality, name in plan:
        progress("Training models", len(heads) + len(unseen), total)
        with Meter() as meter:
            if HEADS[name].weighs:
                trained = _train_weighing(lessons, modality, name, unseen, members_for(modality, names))
            else:
                trained = _train(lessons, modality, name)
        file = writer.file(head_file(modality, name))
        trained.save(file)
        heads[modality, name] = load_head(file, modality)
        costs[modality, name] = Cost(meter.seconds, meter.peak_mb, file.stat().st_size)
        if (modality, name) in asked:
            progress("Training models", len(heads) + len(unseen), total)
            unseen[modality, name] = _unseen(lessons, heads, modality, trained)
    progress("Training models", total, total)
    return Taught(heads, costs, unseen)


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


def _unseen(
    lessons: Lessons, heads: Mapping[Key, OnnxHead], modality: str, trained: TrainedHead
) -> np.ndarray:
    """Ask the head about rows it has not seen, and models like it, trained in folds, about the others."""
    inputs, k = lessons.inputs, len(lessons.classes)
    present = inputs.present(modality)
    teaching = np.zeros(len(inputs), dtype=bool)
    teaching[lessons.split.train] = True

    def fit_predict(train: np.ndarray, test: np.ndarray) -> np.ndarray:
        taught, labels = lessons.taught(train, modality)
        nobody = inputs.take(np.zeros(0, dtype=np.int64))
        fold = train_head(
            trained.name,
            modality,
            taught,
            labels,
            nobody,
            np.zeros(0),
            n_classes=k,
            settings=trained.settings,
            seed=lessons.seed,
        )
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
    unseen: Mapping[Key, np.ndarray],
    members: Sequence[Key],
) -> TrainedHead:
    """Train a head on what others say of products they have not seen."""
    inputs = lessons.inputs.having({member: unseen[member] for member in members})
    told = _readable(lessons, modality, name)
    for member in members:
        told &= ~inputs.present(member[0]) | np.isfinite(unseen[member]).all(axis=1)
    rows, validation = (part[told[part]] for part in (lessons.weighing, lessons.split.validation))
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

"""Train all heads of a catalogue: plan, fit, and fit quick heads again on more products."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice

import numpy as np

from core.building.fitting import fit, fit_combining, fold_trials, refit, with_served
from core.building.folding import fold_name
from core.building.head_compression import compress_head
from core.building.head_store import HeadStore
from core.building.planning import TrainingPlan, plan_training
from core.building.training_data import TrainingData
from core.building.unfinished.fits import FIT, Fit
from core.building.unfinished.forms import ARRAY, ARRAYS
from core.building.unfinished.steps import Steps
from core.common.engine import THIS_PROCESS, Engine
from core.common.meter import Meter
from core.common.progress import Progress, silent
from core.evaluation.folds import predict, together
from core.heads.compression import HeadCompression
from core.heads.key import HeadKey
from core.heads.linear import quietly_on_one_thread
from core.heads.losses import Losses
from core.heads.registry import HEADS
from core.heads.scoring import Scorers
from core.heads.served import OnnxHead, load_head
from core.heads.softmax import MANY_ROWS, torch_on_one_thread
from core.heads.task import Settings
from core.heads.training import TrainedHead

STAGE = "Training models"
Train = Callable[[], TrainedHead]


@dataclass(frozen=True)
class Cost:
    """What training a head took: seconds, megabytes at the peak, the file's bytes; how a network learned."""

    seconds: float
    peak_mb: float
    size_bytes: int
    losses: Losses | None = None


@dataclass(frozen=True)
class TrainedHeads:
    """All heads of a catalogue.

    Attributes
    ----------
    heads
        Key -> the head, as it is served.
    costs
        Key -> what it took.
    validation
        Key -> its probabilities of the validation products, float32 (m, classes), from before it was trained
        on them.
    settings
        Key -> its hyperparameters.
    out_of_fold
        Member -> its probabilities, float32 (n, classes), of every product, by models that were not trained
        on it; NaN where there is no answer.
    compressions
        Key -> what came of writing it in 8 bits, where that was asked for and possible.
    """

    heads: Mapping[HeadKey, OnnxHead]
    costs: Mapping[HeadKey, Cost]
    validation: Mapping[HeadKey, np.ndarray]
    settings: Mapping[HeadKey, Settings]
    out_of_fold: Mapping[HeadKey, np.ndarray]
    compressions: Mapping[HeadKey, HeadCompression] = field(default_factory=dict)


@dataclass(frozen=True)
class Metered:
    """A head that was trained, and what that took: seconds, and megabytes at the peak."""

    trained: TrainedHead
    seconds: float
    peak_mb: float


def train_heads(
    data: TrainingData,
    names: Sequence[str],
    store: HeadStore,
    progress: Progress = silent,
    steps: Steps | None = None,
    engine: Engine = THIS_PROCESS,
) -> TrainedHeads:
    """Train the heads `names` on each modality and add them to `store`; `steps` keep what is finished.

    Quick heads are trained once more, on training and validation products together, after the validation
    products have been scored: those scores choose and calibrate. The engine trains all but those that
    combine others.
    """
    training = _Training(data, plan_training(data, names), store, progress, steps or Steps(), engine)
    training.fit()
    validation = training.validation()
    training.refit()
    return TrainedHeads(
        training.heads,
        training.costs,
        validation,
        training.settings,
        training.out_of_fold,
        training.compressions,
    )


@dataclass
class _Training:
    """A training under way, and what has come of it so far."""

    data: TrainingData
    plan: TrainingPlan
    store: HeadStore
    progress: Progress
    steps: Steps
    engine: Engine
    done: int = 0
    heads: dict[HeadKey, OnnxHead] = field(default_factory=dict)
    costs: dict[HeadKey, Cost] = field(default_factory=dict)
    settings: dict[HeadKey, Settings] = field(default_factory=dict)
    out_of_fold: dict[HeadKey, np.ndarray] = field(default_factory=dict)
    compressions: dict[HeadKey, HeadCompression] = field(default_factory=dict)

    def fit(self) -> None:
        """Train every head on the training products, and once more in folds where others combine it."""
        self.progress(STAGE, 0, self.plan.steps)
        reading = [key for key in self.plan.heads if key not in self.plan.members]
        self._fit("head", reading, lambda key: partial(fit, self.data, key), self.engine)
        self._fold([key for key in reading if key in self.plan.folded])
        self._fit("head", list(self.plan.members), self._combining, THIS_PROCESS)

    def _combining(self, key: HeadKey) -> Train:
        members = self.plan.members[key]
        return partial(fit_combining, self.data, key, members, self.out_of_fold, self.heads)

    def _fold(self, keys: Sequence[HeadKey]) -> None:
        """Have training products answered by heads that were trained without them."""
        many = len(self.data.split.train) >= MANY_ROWS
        beside = [key for key in keys if many and HEADS[key.head].beside_others]
        answers = dict(self._answered([key for key in keys if key not in beside], 1))
        if beside:
            with quietly_on_one_thread(), torch_on_one_thread():
                answers |= self._answered(beside, os.cpu_count() or 1)
        self.out_of_fold |= {key: answers[key] for key in keys}

    def _answered(self, keys: Sequence[HeadKey], threads: int) -> Iterator[tuple[HeadKey, np.ndarray]]:
        """Yield the out-of-fold probabilities of some heads; all their folds are in one queue."""
        data = self.data
        trials = {
            fold_name(f"{key.modality} {key.head}", *trial[1:]): (key, trial)
            for key in keys
            for trial in fold_trials(data, key, self.settings[key])
        }

        def answer(names: Sequence[str]) -> Iterator[np.ndarray]:
            return self.engine.map(predict, (trials[name][1] for name in names), threads=threads)

        predicted = self.steps.take_each(list(trials), ARRAY, answer)
        for key in keys:
            own = [trial for of, trial in trials.values() if of == key]
            proba = together(own, islice(predicted, len(own)), data.labels)
            yield key, with_served(data, key, proba, self.heads[key])
            self._count()

    def validation(self) -> dict[HeadKey, np.ndarray]:
        """Return the uncalibrated probabilities of the validation products by every head fitted so far."""
        keys = {f"{key.modality} {key.head}": key for key in self.plan.heads}

        def score() -> dict[str, np.ndarray]:
            products = self.data.inputs.take(self.data.split.validation)
            scores = Scorers(self.heads, self.data.prior, {}).on(products)
            return {name: scores.raw(key) for name, key in keys.items()}

        return {keys[name]: proba for name, proba in self.steps.take("validation", ARRAYS, score).items()}

    def refit(self) -> None:
        """Train quick heads on more products; they replace the first ones."""
        self._fit(
            "refit",
            self.plan.refits,
            lambda key: partial(refit, self.data, key, self.settings[key]),
            self.engine,
        )
        self.progress(STAGE, self.plan.steps, self.plan.steps)

    def _fit(
        self, step: str, keys: Sequence[HeadKey], training: Callable[[HeadKey], Train], engine: Engine
    ) -> None:
        """Train heads into the store; the cost of a second training is added to that of the first."""
        named = {f"{step} {key.modality} {key.head}": key for key in keys}

        def train(names: Sequence[str]) -> Iterator[Fit]:
            some = [named[name] for name in names]
            return map(self._stored, some, engine.map(metered, (training(key) for key in some)))

        for key, made in zip(keys, self.steps.take_each(list(named), FIT, train), strict=True):
            self.heads[key] = self.store.copy(key, made.file)
            first = self.costs.get(key, Cost(0, 0, 0))
            self.costs[key] = Cost(
                first.seconds + made.seconds,
                max(first.peak_mb, made.peak_mb),
                self.store.size(key),
                made.losses,
            )
            self.settings.setdefault(key, made.settings)
            # A head that is trained again on validation products could not be judged by them.
            if self.data.compress and key not in self.plan.refits:
                self._compress(key)
            self._count()

    def _stored(self, key: HeadKey, made: Metered) -> Fit:
        trained = made.trained
        file = self.store.add(key, trained).path
        return Fit(file, trained.settings, trained.fitted.losses, made.seconds, made.peak_mb)

    def _compress(self, key: HeadKey) -> None:
        """Let a head compute in 8 bits if validation products lose nothing by it."""
        compression = compress_head(self.data, key, self.store)
        if compression is None:
            return
        self.compressions[key] = compression
        if compression.taken:
            self.heads[key] = load_head(self.store.files[key])
            self.costs[key] = replace(self.costs[key], size_bytes=self.store.size(key))

    def _count(self) -> None:
        self.done += 1
        self.progress(STAGE, min(self.done, self.plan.steps - 1), self.plan.steps)


def metered(train: Train) -> Metered:
    """Train a head and measure what that takes."""
    with Meter() as meter:
        trained = train()
    return Metered(trained, meter.seconds, meter.peak_mb)

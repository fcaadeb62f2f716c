"""Train all heads of a catalogue: plan, fit, and fit quick heads again on more products."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, islice

import numpy as np

from core.building.fitting import fit, fit_combining, fold_trials, refit, with_served
from core.building.head_compression import compress_head
from core.building.head_store import HeadStore
from core.building.planning import TrainingPlan, plan_training
from core.building.training_data import TrainingData
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
    engine: Engine = THIS_PROCESS,
) -> TrainedHeads:
    """Train the heads `names` on each modality and add them to `store`.

    Quick heads are trained once more, on training and validation products together, after the validation
    products have been scored: those scores choose and calibrate. The engine trains all but those that
    combine others.
    """
    training = _Training(data, plan_training(data, names), store, progress, engine)
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
        for key, made in self._each(reading, (partial(fit, self.data, key) for key in reading)):
            self._add_first(key, made)
        self._fold([key for key in reading if key in self.plan.folded])
        for key, members in self.plan.members.items():
            self._add_first(
                key, metered(partial(fit_combining, self.data, key, members, self.out_of_fold, self.heads))
            )
            self._count()

    def _fold(self, keys: Sequence[HeadKey]) -> None:
        """Have training products answered by heads that were trained without them."""
        many = len(self.data.split.train) >= MANY_ROWS
        beside = [key for key in keys if many and HEADS[key.head].beside_others]
        with quietly_on_one_thread(), torch_on_one_thread():
            answers = dict(self._answered(beside, os.cpu_count() or 1))
        answers |= self._answered([key for key in keys if key not in beside], 1)
        self.out_of_fold |= {key: answers[key] for key in keys}

    def _answered(self, keys: Sequence[HeadKey], threads: int) -> Iterator[tuple[HeadKey, np.ndarray]]:
        """Yield the out-of-fold probabilities of some heads; all their folds are in one queue."""
        data = self.data
        trials = {key: fold_trials(data, key, self.settings[key]) for key in keys}
        predicted = self.engine.map(predict, chain.from_iterable(trials.values()), threads=threads)
        for key, own in trials.items():
            proba = together(own, islice(predicted, len(own)), data.labels)
            yield key, with_served(data, key, proba, self.heads[key])
            self._count()

    def validation(self) -> dict[HeadKey, np.ndarray]:
        """Return the uncalibrated probabilities of the validation products by every head fitted so far."""
        products = self.data.inputs.take(self.data.split.validation)
        scores = Scorers(self.heads, self.data.prior, {}).on(products)
        return {key: scores.raw(key) for key in self.plan.heads}

    def refit(self) -> None:
        """Train quick heads on more products; they replace the first ones."""
        keys = self.plan.refits
        for key, made in self._each(
            keys, (partial(refit, self.data, key, self.settings[key]) for key in keys)
        ):
            self._add(key, made)
        self.progress(STAGE, self.plan.steps, self.plan.steps)

    def _each(
        self, keys: Sequence[HeadKey], trainings: Iterable[Callable[[], TrainedHead]]
    ) -> Iterator[tuple[HeadKey, Metered]]:
        """Yield each head as it is trained."""
        for key, made in zip(keys, self.engine.map(metered, trainings), strict=True):
            yield key, made
            self._count()

    def _add_first(self, key: HeadKey, made: Metered) -> None:
        self._add(key, made)
        self.settings[key] = made.trained.settings
        # A head that is trained again on validation products could not be judged by them.
        if self.data.compress and key not in self.plan.refits:
            self._compress(key)

    def _add(self, key: HeadKey, made: Metered) -> None:
        """Put a head into the store; the cost of a second training is added to that of the first."""
        self.heads[key] = self.store.add(key, made.trained)
        first = self.costs.get(key, Cost(0, 0, 0))
        self.costs[key] = Cost(
            first.seconds + made.seconds,
            max(first.peak_mb, made.peak_mb),
            self.store.size(key),
            made.trained.fitted.losses,
        )

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


def metered(train: Callable[[], TrainedHead]) -> Metered:
    """Train a head and measure what that takes."""
    with Meter() as meter:
        trained = train()
    return Metered(trained, meter.seconds, meter.peak_mb)

"""Train all heads of a catalogue: plan, fit, and fit quick heads again on more products."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from core.building.fitting import fit, fit_combining, out_of_fold_probabilities, refit
from core.building.head_compression import compress_head
from core.building.head_store import HeadStore
from core.building.planning import TrainingPlan, plan_training
from core.building.training_data import TrainingData
from core.building.unfinished.fits import FIT, Fit
from core.building.unfinished.forms import ARRAYS
from core.building.unfinished.steps import Steps
from core.common.meter import Meter
from core.common.progress import Progress, silent
from core.heads.compression import HeadCompression
from core.heads.key import HeadKey
from core.heads.losses import Losses
from core.heads.scoring import Scorers
from core.heads.served import OnnxHead, load_head
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


def train_heads(
    data: TrainingData,
    names: Sequence[str],
    store: HeadStore,
    progress: Progress = silent,
    steps: Steps | None = None,
) -> TrainedHeads:
    """Train the heads `names` on each modality and add them to `store`; `steps` keep what is finished.

    Quick heads are trained once more, on training and validation products together, after the validation
    products have been scored: those scores choose and calibrate.
    """
    training = _Training(data, plan_training(data, names), store, progress, steps or Steps())
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
    done: int = 0
    heads: dict[HeadKey, OnnxHead] = field(default_factory=dict)
    costs: dict[HeadKey, Cost] = field(default_factory=dict)
    settings: dict[HeadKey, Settings] = field(default_factory=dict)
    out_of_fold: dict[HeadKey, np.ndarray] = field(default_factory=dict)
    compressions: dict[HeadKey, HeadCompression] = field(default_factory=dict)

    def fit(self) -> None:
        """Train every head on the training products, and once more in folds where others combine it."""
        for key in self.plan.heads:
            self._step()
            self.settings[key] = self._add("head", key, partial(self._fitted, key)).settings
            # A head that is trained again on validation products could not be judged by them.
            if self.data.compress and key not in self.plan.refits:
                self._compress(key)
            if key in self.plan.folded:
                self._step()
                self.out_of_fold[key] = out_of_fold_probabilities(
                    self.data, key, self.settings[key], self.heads[key], self.steps
                )

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
        for key in self.plan.refits:
            self._step()
            self._add("refit", key, partial(refit, self.data, key, self.settings[key]))
        self.progress(STAGE, self.plan.steps, self.plan.steps)

    def _fitted(self, key: HeadKey) -> TrainedHead:
        members = self.plan.members.get(key)
        return (
            fit(self.data, key)
            if members is None
            else fit_combining(self.data, key, members, self.out_of_fold, self.heads)
        )

    def _add(self, step: str, key: HeadKey, train: Callable[[], TrainedHead]) -> Fit:
        """Train a head into the store; the cost of a second training is added to that of the first."""

        def make() -> Fit:
            with Meter() as meter:
                trained = train()
            file = self.store.add(key, trained).path
            return Fit(file, trained.settings, trained.fitted.losses, meter.seconds, meter.peak_mb)

        fit = self.steps.take(f"{step} {key.modality} {key.head}", FIT, make)
        self.heads[key] = self.store.copy(key, fit.file)
        first = self.costs.get(key, Cost(0, 0, 0))
        self.costs[key] = Cost(
            first.seconds + fit.seconds, max(first.peak_mb, fit.peak_mb), self.store.size(key), fit.losses
        )
        return fit

    def _compress(self, key: HeadKey) -> None:
        """Let a head compute in 8 bits if validation products lose nothing by it."""
        compression = compress_head(self.data, key, self.store)
        if compression is None:
            return
        self.compressions[key] = compression
        if compression.taken:
            self.heads[key] = load_head(self.store.files[key])
            self.costs[key] = replace(self.costs[key], size_bytes=self.store.size(key))

    def _step(self) -> None:
        self.progress(STAGE, self.done, self.plan.steps)
        self.done += 1

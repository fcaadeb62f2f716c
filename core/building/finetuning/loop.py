"""The training loop that recipes share: epochs until validation products gain nothing, each kept.

All chance comes from the seed, the epoch and the batch, so that a training that was killed goes on as if it
had not been. Batch normalisation keeps the statistics it was published with: those of a few hundred products
would be worse.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.building.finetuning.checkpoints import Checkpoint, Course, read_checkpoint
from core.building.finetuning.settings import FineTuning
from core.common.progress import Progress, silent
from core.features.encoders.trainable import TrainableNetwork

if TYPE_CHECKING:
    import torch

WEIGHT_DECAY = 0.01

Batch = tuple[Any, ...]
"""What a recipe computes its loss from: arrays, made in another thread."""


def device() -> torch.device:
    """Return where networks are trained."""
    import torch

    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def tensor(array: np.ndarray) -> torch.Tensor:
    """Return an array where networks are trained."""
    import torch

    there = torch.from_numpy(np.ascontiguousarray(array)).to(device())
    return there.to(memory_format=torch.channels_last) if there.ndim == 4 else there


def parameter_groups(network: TrainableNetwork, settings: FineTuning) -> list[dict[str, Any]]:
    """Make a network ready, and return its last blocks, the last one first, with their highest rates."""
    import torch

    # On a processor, convolutions take half the time or little more when a pixel's channels lie together.
    network.module.eval().to(device(), memory_format=torch.channels_last)
    for parameter in network.module.parameters():
        parameter.requires_grad_(requires_grad=False)
    groups = []
    for distance, block in enumerate(reversed(network.blocks[-settings.blocks :])):
        for parameter in block:
            parameter.requires_grad_(requires_grad=True)
        groups.append({"params": [*block], "highest": settings.rate * settings.decay**distance})
    return groups


class Loop(ABC):
    """A training.

    Parameters
    ----------
    groups
        Of parameters, as the optimizer takes them, with the ``highest`` learning rate of each.
    train
        The products it learns from: rows of the recipe's examples.
    settings, seed
        How.
    checkpoint
        Where the state is kept after each epoch; what lies there already is gone on from.
    """

    def __init__(
        self,
        groups: list[dict[str, Any]],
        train: np.ndarray,
        settings: FineTuning,
        checkpoint: Path,
        seed: int = 0,
    ) -> None:
        import torch

        self.train, self.settings, self.file, self.seed = train, settings, checkpoint, seed
        self.parameters: list[torch.Tensor] = [each for group in groups for each in group["params"]]
        self.optimizer = torch.optim.AdamW(groups, lr=0.0, weight_decay=WEIGHT_DECAY)
        self.best = [parameter.detach().clone() for parameter in self.parameters]
        self.course = Course()

    @abstractmethod
    def inputs(self, rows: np.ndarray, rng: np.random.Generator) -> Batch:
        """Return some training products, changed as chance has it."""

    @abstractmethod
    def loss(self, batch: Batch) -> torch.Tensor:
        """Return the loss of what `inputs` returned."""

    @abstractmethod
    def validation_loss(self) -> float:
        """Return the mean loss of the validation products as they are."""

    @property
    def steps(self) -> int:
        """Batches of an epoch."""
        return math.ceil(len(self.train) / self.settings.batch)

    def run(self, stage: str, progress: Progress = silent, *, frozen_loss: float | None = None) -> Course:
        """Train until it is done; leave the parameters as they were after the best epoch.

        `progress` is told of batches out of those of all epochs; training may end before. `frozen_loss` is
        the validation loss of the frozen encoder where the network is no longer that one: then all epochs
        are run, because it takes some to come near it again.
        """
        import torch

        total = self.steps * self.settings.epochs
        if (kept := read_checkpoint(self.file)) is not None:
            self._restore(kept)
        else:
            self.course.add(self.judged() if frozen_loss is None else frozen_loss)
        patience = self.settings.patience if frozen_loss is None else self.settings.epochs
        while self.course.epoch < self.settings.epochs and not self.course.is_over(patience):
            self._epoch(lambda step: progress(stage, step, total))
            if self.course.add(self.judged()):
                self.best = [parameter.detach().clone() for parameter in self.parameters]
            self._keep()
        with torch.no_grad():
            self._put(self.best)
        progress(stage, total, total)
        return self.course

    def judged(self) -> float:
        """Return the validation loss of the parameters as they are."""
        import torch

        with torch.no_grad():
            return self.validation_loss()

    def _epoch(self, done: Callable[[int], None]) -> None:
        losses = []
        at = self.course.epoch * self.steps
        for step, batch in enumerate(_ahead(self._batches())):
            for group in self.optimizer.param_groups:
                group["lr"] = group["highest"] * self._share(at + step)
            loss = self.loss(batch)
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            losses.append(loss.item())
            done(at + step + 1)
        self.course.training.append(float(np.mean(losses)))

    def _batches(self) -> Iterator[Batch]:
        """Yield the training products in another order each epoch, changed in another way."""
        epoch, size = self.course.epoch, self.settings.batch
        order = np.random.default_rng([self.seed, epoch]).permutation(self.train)
        for step in range(self.steps):
            rng = np.random.default_rng([self.seed, epoch, step])
            yield self.inputs(order[step * size : (step + 1) * size], rng)

    def _share(self, step: int) -> float:
        """Return the share of the highest learning rate at a step: warmed up, then along a cosine."""
        total = self.steps * self.settings.epochs
        if step < self.steps:
            return (step + 1) / self.steps
        return 0.5 * (1 + math.cos(math.pi * (step - self.steps) / max(1, total - self.steps)))

    def _put(self, tensors: list[torch.Tensor]) -> None:
        for parameter, each in zip(self.parameters, tensors, strict=True):
            parameter.copy_(each)

    def _keep(self) -> None:
        tensors: dict[str, torch.Tensor] = {}
        for number, (now, best) in enumerate(zip(self.parameters, self.best, strict=True)):
            tensors |= {f"now.{number}": now, f"best.{number}": best}
            state = self.optimizer.state[now]
            tensors |= {f"{name}.{number}": each for name, each in state.items()}
        Checkpoint(self.course, tensors).write(self.file)

    def _restore(self, kept: Checkpoint) -> None:
        import torch

        self.course = kept.course
        numbers = range(len(self.parameters))
        with torch.no_grad():
            self._put([kept.tensors[f"now.{number}"] for number in numbers])
        self.best = [kept.tensors[f"best.{number}"].to(device()) for number in numbers]
        for number, parameter in enumerate(self.parameters):
            self.optimizer.state[parameter] = {
                name: kept.tensors[f"{name}.{number}"].to("cpu" if name == "step" else device())
                for name in ("step", "exp_avg", "exp_avg_sq")
            }


def _ahead(batches: Iterator[Batch]) -> Iterator[Batch]:
    """Yield the batches, each made in another thread while the one before is used."""
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(next, batches, None)
        while (batch := waiting.result()) is not None:
            waiting = pool.submit(next, batches, None)
            yield batch

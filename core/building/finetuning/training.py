"""The training loop: a network's last blocks and a classification layer on its vectors.

It knows nothing of the network but its blocks, and nothing of the products but batches. Batch normalisation
keeps the statistics it was published with: those of a few hundred products would be worse. All chance comes
from the seed, the epoch and the batch, so that a training that was killed goes on as if it had not been.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.building.finetuning.augmenting import mixed
from core.building.finetuning.checkpoints import Checkpoint, Course, read_checkpoint
from core.building.finetuning.examples import Examples, Labels
from core.building.finetuning.settings import FineTuning
from core.common.progress import Progress, silent
from core.features.encoders.trainable import TrainableNetwork

if TYPE_CHECKING:
    import torch

EVALUATED = 32
"""Products in a batch that is only looked at."""
WEIGHT_DECAY = 0.01

Batch = tuple[tuple[np.ndarray, ...], np.ndarray]
"""The network's inputs, and float32 (n, classes): the targets."""


class Training:
    """A network being trained.

    Parameters
    ----------
    network
        With the encoder's weights; afterwards with the best ones.
    examples, labels
        What it is trained and judged on.
    settings, seed
        How.
    checkpoint
        Where the state is kept after each epoch; what lies there already is gone on from.
    """

    def __init__(
        self,
        network: TrainableNetwork,
        examples: Examples,
        labels: Labels,
        settings: FineTuning,
        checkpoint: Path,
        seed: int = 0,
    ) -> None:
        import torch

        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        # On a processor, convolutions take half the time or little more when a pixel's channels lie together.
        self.module = network.module.eval().to(self.device, memory_format=torch.channels_last)
        self.examples, self.labels, self.settings, self.seed = examples, labels, settings, seed
        self.file = checkpoint
        self.layer = torch.nn.Linear(labels.weight.shape[1], labels.weight.shape[0]).to(self.device)
        with torch.no_grad():
            self.layer.weight.copy_(torch.from_numpy(labels.weight))
            self.layer.bias.copy_(torch.from_numpy(labels.bias))
        blocks = network.blocks[-settings.blocks :]
        for parameter in self.module.parameters():
            parameter.requires_grad_(requires_grad=False)
        self.parameters = [*self.layer.parameters()]
        groups = [{"params": [*self.layer.parameters()], "highest": settings.layer_rate}]
        for distance, block in enumerate(reversed(blocks)):
            for parameter in block:
                parameter.requires_grad_(requires_grad=True)
            groups.append({"params": [*block], "highest": settings.rate * settings.decay**distance})
            self.parameters += block
        self.optimizer = torch.optim.AdamW(groups, lr=0.0, weight_decay=WEIGHT_DECAY)
        self.best = [parameter.detach().clone() for parameter in self.parameters]
        self.course = Course()

    @property
    def steps(self) -> int:
        """Batches of an epoch."""
        return math.ceil(len(self.labels.train) / self.settings.batch)

    def run(self, stage: str, progress: Progress = silent) -> Course:
        """Train until it is done; leave the network with the weights of the best epoch.

        `progress` is told of batches out of those of all epochs; training may end before.
        """
        total = self.steps * self.settings.epochs
        if (kept := read_checkpoint(self.file)) is not None:
            self._restore(kept)
        else:
            self.course.add(self._validation_loss())
        while self.course.epoch < self.settings.epochs and not self.course.is_over(self.settings.patience):
            self._epoch(lambda step: progress(stage, step, total))
            if self.course.add(self._validation_loss()):
                self.best = [parameter.detach().clone() for parameter in self.parameters]
            self._keep()
        self._put(self.best)
        progress(stage, total, total)
        return self.course

    def _epoch(self, done: Callable[[int], None]) -> None:
        from torch.nn import functional

        losses = []
        at = self.course.epoch * self.steps
        for step, (inputs, targets) in enumerate(_ahead(self._batches())):
            for group in self.optimizer.param_groups:
                group["lr"] = group["highest"] * self._share(at + step)
            loss = functional.cross_entropy(self._logits(inputs), self._tensor(targets))
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            losses.append(loss.item())
            done(at + step + 1)
        self.course.training.append(float(np.mean(losses)))

    def _batches(self) -> Iterator[Batch]:
        """Yield the training products in another order each epoch, changed in another way."""
        epoch, settings = self.course.epoch, self.settings
        order = np.random.default_rng([self.seed, epoch]).permutation(self.labels.train)
        classes = np.eye(len(self.labels.bias), dtype=np.float32)
        for step in range(self.steps):
            rng = np.random.default_rng([self.seed, epoch, step])
            rows = order[step * settings.batch : (step + 1) * settings.batch]
            inputs = self.examples.batch(rows, settings, rng)
            targets = classes[self.labels.labels[rows]]
            if len(inputs) == 1:  # pixels can be mixed, tokens cannot
                partners, share, targets = mixed(targets, rng, settings.mixup)
                inputs = (share * inputs[0] + (1 - share) * inputs[0][partners],) if share < 1 else inputs
            yield inputs, targets

    def _share(self, step: int) -> float:
        """Return the share of the highest learning rate at a step: warmed up, then along a cosine."""
        total = self.steps * self.settings.epochs
        if step < self.steps:
            return (step + 1) / self.steps
        return 0.5 * (1 + math.cos(math.pi * (step - self.steps) / max(1, total - self.steps)))

    def _validation_loss(self) -> float:
        import torch
        from torch.nn import functional

        rows, total = self.labels.validation, 0.0
        with torch.no_grad():
            for at in range(0, len(rows), EVALUATED):
                some = rows[at : at + EVALUATED]
                logits = self._logits(self.examples.batch(some, self.settings, None))
                true = torch.from_numpy(self.labels.labels[some]).to(self.device)
                total += functional.cross_entropy(logits, true, reduction="sum").item()
        return total / len(rows)

    def _logits(self, inputs: tuple[np.ndarray, ...]) -> torch.Tensor:
        from torch.nn import functional

        # Heads read vectors of length 1, so the layer does, too.
        return self.layer(functional.normalize(self.module(*map(self._tensor, inputs))))

    def _tensor(self, array: np.ndarray) -> torch.Tensor:
        import torch

        tensor = torch.from_numpy(np.ascontiguousarray(array)).to(self.device)
        return tensor.to(memory_format=torch.channels_last) if tensor.ndim == 4 else tensor

    def _put(self, tensors: list[torch.Tensor]) -> None:
        import torch

        with torch.no_grad():
            for parameter, tensor in zip(self.parameters, tensors, strict=True):
                parameter.copy_(tensor)

    def _keep(self) -> None:
        tensors: dict[str, torch.Tensor] = {}
        for number, (now, best) in enumerate(zip(self.parameters, self.best, strict=True)):
            tensors |= {f"now.{number}": now, f"best.{number}": best}
            state = self.optimizer.state[now]
            tensors |= {f"{name}.{number}": tensor for name, tensor in state.items()}
        Checkpoint(self.course, tensors).write(self.file)

    def _restore(self, kept: Checkpoint) -> None:
        self.course = kept.course
        numbers = range(len(self.parameters))
        self._put([kept.tensors[f"now.{number}"] for number in numbers])
        self.best = [kept.tensors[f"best.{number}"].to(self.device) for number in numbers]
        for number, parameter in enumerate(self.parameters):
            self.optimizer.state[parameter] = {
                name: kept.tensors[f"{name}.{number}"].to("cpu" if name == "step" else self.device)
                for name in ("step", "exp_avg", "exp_avg_sq")
            }


def _ahead(batches: Iterator[Batch]) -> Iterator[Batch]:
    """Yield the batches, each made in another thread while the one before is used."""
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(next, batches, None)
        while (batch := waiting.result()) is not None:
            waiting = pool.submit(next, batches, None)
            yield batch

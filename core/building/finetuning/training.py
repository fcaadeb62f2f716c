"""The recipe that teaches categories: a network's last blocks and a classification layer on its vectors.

It knows nothing of the network but its blocks, and nothing of the products but batches.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.building.finetuning.augmenting import mixed
from core.building.finetuning.examples import Examples, Labels
from core.building.finetuning.loop import Batch, Loop, device, parameter_groups, tensor
from core.building.finetuning.settings import FineTuning
from core.features.encoders.trainable import TrainableNetwork

if TYPE_CHECKING:
    import torch

EVALUATED = 32
"""Products in a batch that is only looked at."""


class Training(Loop):
    """A network being trained.

    Parameters
    ----------
    network
        With the encoder's weights; afterwards with the best ones.
    examples, labels
        What it is trained and judged on.
    settings, checkpoint, seed
        As for `Loop`.
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

        self.module, self.examples, self.labels = network.module, examples, labels
        self.layer = torch.nn.Linear(labels.weight.shape[1], labels.weight.shape[0]).to(device())
        with torch.no_grad():
            self.layer.weight.copy_(torch.from_numpy(labels.weight))
            self.layer.bias.copy_(torch.from_numpy(labels.bias))
        groups = parameter_groups(network, settings)
        layer = {"params": [*self.layer.parameters()], "highest": settings.layer_rate}
        super().__init__([layer, *groups], labels.train, settings, checkpoint, seed)

    def inputs(self, rows: np.ndarray, rng: np.random.Generator) -> Batch:
        """Return the network's inputs, and float32 (n, classes): the targets."""
        inputs = self.examples.batch(rows, self.settings, rng)
        targets = np.eye(len(self.labels.bias), dtype=np.float32)[self.labels.labels[rows]]
        if len(inputs) == 1:  # pixels can be mixed, tokens cannot
            partners, share, targets = mixed(targets, rng, self.settings.mixup)
            inputs = (share * inputs[0] + (1 - share) * inputs[0][partners],) if share < 1 else inputs
        return inputs, targets

    def loss(self, batch: Batch) -> torch.Tensor:
        """Return the cross-entropy."""
        from torch.nn import functional

        inputs, targets = batch
        return functional.cross_entropy(self._logits(inputs), tensor(targets))

    def validation_loss(self) -> float:
        """Return the mean log loss."""
        from torch.nn import functional

        rows, total = self.labels.validation, 0.0
        for at in range(0, len(rows), EVALUATED):
            some = rows[at : at + EVALUATED]
            logits = self._logits(self.examples.batch(some, self.settings, None))
            total += functional.cross_entropy(
                logits, tensor(self.labels.labels[some]), reduction="sum"
            ).item()
        return total / len(rows)

    def _logits(self, inputs: tuple[np.ndarray, ...]) -> torch.Tensor:
        from torch.nn import functional

        # Heads read vectors of length 1, so the layer does, too.
        return self.layer(functional.normalize(self.module(*map(tensor, inputs))))

"""The recipe that aligns text and image: a product's text finds its image among others, and the reverse.

CLIP (Radford et al. 2021, https://arxiv.org/abs/2103.00020): both vectors are projected into a common space,
and of all pairs in a batch the true ones are to be the most alike; a temperature is learned. It needs no
categories. The projections are fitted to the frozen vectors first, so that what training gains is the
encoders' own; they are not part of the result.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.building.finetuning.examples import LABELS, Examples
from core.building.finetuning.loop import Batch, Loop, device, parameter_groups, tensor
from core.building.finetuning.settings import FineTuning
from core.features.encoders.trainable import TrainableNetwork

if TYPE_CHECKING:
    import torch

WIDTH = 128
"""Numbers of the common space, or as many as the smaller of the two vectors has."""
TEMPERATURE = 0.07
MOST_SCALE = math.log(100.0)
"""The temperature is never below 0.01, as in CLIP."""
COMPARED = 256
"""Validation products that are told apart from each other at a time."""
EVALUATED = 32
WARM = "warm.safetensors"
"""Checkpoint of the projections' training on frozen vectors."""
WARM_EPOCHS = 30
BATCH = 64
"""Pairs in a step: among few, a text finds its image by chance."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Products with text and image: their parts, and the frozen encoders' vectors.

    Attributes
    ----------
    train, validation
        int64: rows of the training and of the validation products.
    text, image
        float32 (n, dim): vectors of length 1.
    """

    train: np.ndarray
    validation: np.ndarray
    text: np.ndarray
    image: np.ndarray

    def write(self, folder: Path) -> None:
        """Write all of it."""
        np.savez(folder / LABELS, **vars(self))

    @classmethod
    def read(cls, folder: Path) -> Pairs:
        """Read what `write` wrote."""
        with np.load(folder / LABELS, allow_pickle=False) as arrays:
            return cls(**{name: arrays[name] for name in arrays.files})

    @property
    def told(self) -> tuple[np.ndarray, ...]:
        """What a training depends on besides the products' contents and what follows from these."""
        return self.train, self.validation


@dataclass(frozen=True, eq=False)
class Vectors:
    """Vectors as if they were what a network reads."""

    vectors: np.ndarray

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.vectors)

    def batch(
        self, rows: np.ndarray, settings: FineTuning, rng: np.random.Generator | None
    ) -> tuple[np.ndarray, ...]:
        """Return some of them, as they are."""
        return (self.vectors[rows],)


def first_projections(text: np.ndarray, image: np.ndarray) -> dict[str, np.ndarray]:
    """Return the directions in which text and image vary together most: float32 (width, dim) each.

    They are the singular vectors of the cross-covariance (partial least squares).
    """
    together = (text - text.mean(axis=0)).T @ (image - image.mean(axis=0))
    left, _, right = np.linalg.svd(together, full_matrices=False)
    return {"text": left.T[:WIDTH].astype(np.float32), "image": right[:WIDTH].astype(np.float32)}


class Contrastive(Loop):
    """Two networks being aligned.

    Parameters
    ----------
    networks
        text, image -> the network, with the encoder's weights; afterwards with the best ones.
    examples
        text, image -> the products.
    pairs
        Which of them train, and which are judged.
    projections
        text, image -> float32 (width, dim): the projection to begin with.
    scale
        Logarithm of the inverse temperature to begin with.
    settings
        text, image -> how; epochs, patience and the projections' rate are the text's.
    checkpoint, seed
        As for `Loop`.
    """

    def __init__(
        self,
        networks: Mapping[str, TrainableNetwork],
        examples: Mapping[str, Examples],
        pairs: Pairs,
        projections: Mapping[str, np.ndarray],
        scale: float,
        settings: Mapping[str, FineTuning],
        checkpoint: Path,
        seed: int = 0,
    ) -> None:
        import torch

        self.sides = tuple(sorted(networks, reverse=True))  # text first
        self.modules = {side: network.module for side, network in networks.items()}
        self.examples, self.pairs, self.of_side = examples, pairs, settings
        self.projections = {
            side: torch.nn.Parameter(torch.tensor(each, device=device()))
            for side, each in projections.items()
        }
        self.scale = torch.nn.Parameter(torch.tensor(scale, device=device()))
        rate = settings["text"].layer_rate
        groups = [
            {"params": [*self.projections.values()], "highest": rate},
            {"params": [self.scale], "highest": rate, "weight_decay": 0.0},
        ]
        for side in self.sides:
            groups += parameter_groups(networks[side], settings[side])
        super().__init__(groups, pairs.train, replace(settings["text"], batch=BATCH), checkpoint, seed)

    def inputs(self, rows: np.ndarray, rng: np.random.Generator) -> Batch:
        """Return each network's inputs, changed but never mixed: a mixed image has no text."""
        return tuple(self.examples[side].batch(rows, self.of_side[side], rng) for side in self.sides)

    def loss(self, batch: Batch) -> torch.Tensor:
        """Return the symmetric InfoNCE loss of a batch."""
        return self._told_apart(
            *(self._projected(side, each) for side, each in zip(self.sides, batch, strict=True))
        )

    def validation_loss(self) -> float:
        """Return the mean loss of validation products among `COMPARED` of them."""
        rows, total = self.pairs.validation, 0.0
        for at in range(0, len(rows), COMPARED):
            some = rows[at : at + COMPARED]
            total += self._told_apart(*(self._all(side, some) for side in self.sides)).item() * len(some)
        return total / len(rows)

    def _all(self, side: str, rows: np.ndarray) -> torch.Tensor:
        import torch

        parts = [rows[at : at + EVALUATED] for at in range(0, len(rows), EVALUATED)]
        seen = (self.examples[side].batch(part, self.of_side[side], None) for part in parts)
        return torch.cat([self._projected(side, each) for each in seen])

    def _projected(self, side: str, inputs: tuple[np.ndarray, ...]) -> torch.Tensor:
        from torch.nn import functional

        vectors = functional.normalize(self.modules[side](*map(tensor, inputs)))
        return functional.normalize(vectors @ self.projections[side].T)

    def _told_apart(self, text: torch.Tensor, image: torch.Tensor) -> torch.Tensor:
        import torch
        from torch.nn import functional

        alike = self.scale.clamp(max=MOST_SCALE).exp() * text @ image.T
        true = torch.arange(len(alike), device=alike.device)
        return (functional.cross_entropy(alike, true) + functional.cross_entropy(alike.T, true)) / 2


def contrastive(
    networks: Mapping[str, TrainableNetwork],
    examples: Mapping[str, Examples],
    pairs: Pairs,
    settings: Mapping[str, FineTuning],
    checkpoint: Path,
    seed: int = 0,
) -> Contrastive:
    """Return the training of two networks, whose projections fit the frozen vectors already."""
    import torch

    still = TrainableNetwork(torch.nn.Identity(), ())
    vectors = {"text": Vectors(pairs.text), "image": Vectors(pairs.image)}
    begun = first_projections(pairs.text[pairs.train], pairs.image[pairs.train])
    longer = {side: replace(each, epochs=WARM_EPOCHS) for side, each in settings.items()}
    frozen = dict.fromkeys(networks, still)
    kept = checkpoint.with_name(WARM)
    warm = Contrastive(frozen, vectors, pairs, begun, -math.log(TEMPERATURE), longer, kept, seed)
    warm.run("")
    fitted = {side: each.detach().cpu().numpy() for side, each in warm.projections.items()}
    return Contrastive(networks, examples, pairs, fitted, warm.scale.item(), settings, checkpoint, seed)

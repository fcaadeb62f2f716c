"""Networks that can be trained further: what an encoder offers for fine-tuning.

An encoder says how its network is made (`Trainable`); the process that trains makes it (`TrainableNetwork`).
Whoever trains or exports it need not know which network it is.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import torch

NETWORKS = "core.features.encoders.trainable_networks"
"""Where the usual builders are."""


@dataclass(frozen=True, eq=False)
class TrainableNetwork:
    """A network as a torch module, with the encoder's weights.

    Attributes
    ----------
    module
        Takes what the encoder's ONNX file takes, in the same order; gives float32 (n, dim), not normalised.
    blocks
        All its parameters that can be trained, block by block from input to output. What stands before the
        first block of a network counts as a block, what stands after the last one belongs to the last.
    """

    module: torch.nn.Module
    blocks: tuple[tuple[torch.nn.Parameter, ...], ...]


@dataclass(frozen=True)
class Trainable:
    """How to make a network.

    Attributes
    ----------
    builder
        ``module:function``; the function takes the arguments and returns a `TrainableNetwork`.
    arguments
        The path of the weights first.
    """

    builder: str
    arguments: tuple[str, ...]

    @classmethod
    def of(cls, function: str, source: Path, *arguments: str) -> Self:
        """Return a network that a function of `NETWORKS` makes from its weights at `source`."""
        return cls(f"{NETWORKS}:{function}", (str(Path(source).absolute()), *arguments))

    def build(self) -> TrainableNetwork:
        """Make the network.

        Raises
        ------
        EncoderError
            The weights are another model's.
        """
        module, _, function = self.builder.partition(":")
        network: TrainableNetwork = getattr(importlib.import_module(module), function)(*self.arguments)
        return network

"""How far a training has come, kept after each epoch in one safetensors file: tensors and a line of JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from core.common.files import atomic_path

if TYPE_CHECKING:
    import torch


@dataclass
class Course:
    """How a training has gone so far.

    Attributes
    ----------
    training, validation
        Mean log loss of each epoch so far; `validation` begins with that of the frozen encoder. Training
        losses are of changed products, and so higher than those of the products as they are.
    best
        The epoch of the lowest validation loss; 0 is the frozen encoder.
    """

    training: list[float] = field(default_factory=list)
    validation: list[float] = field(default_factory=list)
    best: int = 0

    @property
    def epoch(self) -> int:
        """How many epochs are done."""
        return len(self.training)

    @property
    def sentence(self) -> str:
        """Return how it went, for people to read."""
        before, after = self.validation[0], min(self.validation)
        if not self.best:
            return f"none of {self.epoch} epochs lowered the validation log loss of {before:.3f}: kept frozen"
        return (
            f"epoch {self.best} of {self.epoch} is kept, the best on validation products: "
            f"log loss {before:.3f} before, {after:.3f} after"
        )

    def add(self, validation: float) -> bool:
        """Note the validation loss of the epoch just done; return whether it is the lowest so far."""
        self.validation.append(validation)
        is_best = validation < min(self.validation[:-1], default=float("inf"))
        self.best = len(self.validation) - 1 if is_best else self.best
        return is_best

    def is_over(self, patience: int) -> bool:
        """Return whether `patience` epochs have brought nothing."""
        return self.epoch - self.best >= patience


@dataclass
class Checkpoint:
    """The state of a training.

    Attributes
    ----------
    course
        How it has gone.
    tensors
        Parameters, the best of them, and the optimizer's state, by names that the training gives them.
    """

    course: Course
    tensors: dict[str, torch.Tensor]

    def write(self, file: Path) -> None:
        """Write it whole or not at all."""
        from safetensors.torch import save_file

        with atomic_path(file) as temporary:
            save_file(
                {name: tensor.detach().cpu().contiguous() for name, tensor in self.tensors.items()},
                temporary,
                {"course": json.dumps(asdict(self.course))},
            )


def read_checkpoint(file: Path) -> Checkpoint | None:
    """Read what `Checkpoint.write` wrote; None where there is nothing, or nothing that can be read."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(file, framework="pt") as content:
            course = Course(**json.loads(content.metadata()["course"]))
            return Checkpoint(course, {name: content.get_tensor(name) for name in content.keys()})  # noqa: SIM118
    except (OSError, SafetensorError, KeyError, TypeError, ValueError):
        return None

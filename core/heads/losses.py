"""How the loss of a network fell while it was trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Losses:
    """Mean loss after each epoch, with the penalties of the weights.

    Attributes
    ----------
    training
        On training products, float (epochs,).
    validation
        On validation products, float (epochs,); empty where there were none.
    """

    training: tuple[float, ...]
    validation: tuple[float, ...] = ()

    @property
    def epochs(self) -> int:
        """How many epochs were run."""
        return len(self.training)

    @property
    def best(self) -> int:
        """The epoch whose weights were kept, from 1: that of the least loss on what was watched."""
        watched = self.validation or self.training
        return watched.index(min(watched)) + 1

    def to_dict(self) -> dict[str, list[float]]:
        """Return plain values, ready for JSON."""
        return {"training": list(self.training), "validation": list(self.validation)}

    @classmethod
    def of(cls, history: Mapping[str, Sequence[float]]) -> Losses:
        """Return the losses of a Keras history, to six digits."""
        parts = (history.get(name, ()) for name in ("loss", "val_loss"))
        training, validation = (tuple(float(f"{value:.6g}") for value in part) for part in parts)
        return cls(training, validation)

"""How an encoder is trained further on a catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class FineTuning:
    """Settings of fine-tuning.

    Attributes
    ----------
    blocks
        How many of the network's last blocks are trained; the others stay as they are.
    epochs
        The most passes over the training products.
    patience
        Training ends after this many epochs without a lower loss on the validation products.
    rate
        Learning rate of the last block at its highest; AdamW (Loshchilov and Hutter 2019,
        https://arxiv.org/abs/1711.05101), warmed up over the first epoch, then along a cosine to zero.
    decay
        Each block before has this share of the rate of the one after it (discriminative rates: Howard and
        Ruder 2018, https://arxiv.org/abs/1801.06146).
    layer_rate
        Learning rate of the classification layer.
    batch
        Products in a step.
    tokens
        Texts: the most tokens read in training; the encoder itself goes on to read as many as before.
    word_dropout
        Texts: share of the words left out in training, other ones each time.
    operations, magnitude
        Images: how many changes of RandAugment (`core.building.finetuning.augmenting`); how large, 0 to 1.
    mixup
        Images: alpha of mixup (Zhang et al. 2018, https://arxiv.org/abs/1710.09412); 0 for none.
    prune
        Share of the channels inside the trained blocks that are removed before training, 0 to below 1
        (`core.features.encoders.pruning`).
    """

    blocks: int
    epochs: int
    patience: int = 3
    rate: float = 5e-5
    decay: float = 0.7
    layer_rate: float = 1e-3
    batch: int = 16
    tokens: int = 128
    word_dropout: float = 0.1
    operations: int = 2
    magnitude: float = 0.3
    mixup: float = 0.2
    prune: float = 0.0


DEFAULTS = {
    "text": FineTuning(blocks=2, epochs=10),
    "image": FineTuning(blocks=4, epochs=10, rate=3e-4, batch=32),
}
"""Modality -> settings."""


def stage_of(encoders: Sequence[str], fold: int = 0, folds: int = 0) -> str:
    """Return what progress calls the training of encoders: with all products, or without one of the folds."""
    return f"Fine-tuning {' and '.join(encoders)}" + (f", fold {fold} of {folds}" if fold else "")


BOTH = "both"
CHOICES = (*DEFAULTS, BOTH)
"""What can be trained further."""


def chosen(which: str) -> tuple[str, ...]:
    """Return the modalities that one of `CHOICES` stands for."""
    return tuple(DEFAULTS) if which == BOTH else (which,)

"""What is known of an encoder that was to be kept in 8 bits."""

from __future__ import annotations

from dataclasses import dataclass

IN_8_BITS = "int8"
"""Weights and activations have 8 bits: smaller and faster."""
SMALL_WEIGHTS = "int8-weights"
"""Weights have 8 bits and are computed with as float32: smaller."""
PLAIN = "fp32"
PRECISIONS = (IN_8_BITS, SMALL_WEIGHTS, PLAIN)
"""In the order in which they are wanted."""


@dataclass(frozen=True)
class Trial:
    """What an encoder is like in one precision, asked of training products.

    Attributes
    ----------
    precision
        `IN_8_BITS` or `SMALL_WEIGHTS`.
    cosine
        Mean cosine of its vectors to those in fp32.
    loss
        Log loss of a logistic regression on its vectors, out of fold.
    bytes
        Size of its file.
    """

    precision: str
    cosine: float
    loss: float
    bytes: int


@dataclass(frozen=True)
class Compression:
    """What came of keeping an encoder in 8 bits.

    Attributes
    ----------
    precision
        What was taken: the first of `PRECISIONS` that loses nothing.
    base_weights_id, base_bundled
        The encoder it was before: its weights, and whether these come with the installation.
    calibrated
        How many training products showed the ranges of its activations.
    compared
        On how many other training products the trials were compared with the encoder before.
    base_loss, base_bytes
        As in `Trial`, of the encoder before.
    trials
        What was tried, in that order; the last one was taken unless `precision` is fp32.
    """

    precision: str
    base_weights_id: str
    base_bundled: bool
    calibrated: int
    compared: int
    base_loss: float
    base_bytes: int
    trials: tuple[Trial, ...]

    @property
    def taken(self) -> bool:
        """Whether the encoder is another one than before."""
        return self.precision != PLAIN

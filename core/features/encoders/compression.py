"""What is known of an encoder that was to compute in 8 bits."""

from __future__ import annotations

from dataclasses import dataclass

PRECISION = "int8"
"""What a compressed encoder computes in."""
PLAIN = "fp32"


@dataclass(frozen=True)
class Compression:
    """What came of writing an encoder in 8 bits.

    Attributes
    ----------
    precision
        What it computes in now: ``int8``, or ``fp32`` where that loses too much.
    base_weights_id, base_bundled
        The encoder it was before: its weights, and whether these come with the installation.
    calibrated
        How many training products showed the ranges of its numbers.
    compared
        How many training products it was compared with itself on.
    cosine
        Mean cosine of their vectors in 8 bits and before.
    loss, base_loss
        Log loss of a logistic regression on those vectors, out of fold: in 8 bits, and before.
    bytes, base_bytes
        Sizes of its file in 8 bits, and before.
    """

    precision: str
    base_weights_id: str
    base_bundled: bool
    calibrated: int
    compared: int
    cosine: float
    loss: float
    base_loss: float
    bytes: int
    base_bytes: int

    @property
    def taken(self) -> bool:
        """Whether the encoder computes in 8 bits."""
        return self.precision == PRECISION

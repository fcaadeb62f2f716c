"""What is known of a head that was to compute in 8 bits."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class HeadCompression:
    """What came of writing a head in 8 bits.

    Attributes
    ----------
    taken
        Whether it computes in 8 bits; else it stays in fp32, because validation products showed a loss.
    products
        How many validation products it was asked about.
    right, base_right
        How many of them it answers right: in 8 bits, and before.
    loss, base_loss
        Its log loss on them: in 8 bits, and before.
    bytes, base_bytes
        Sizes of its file in 8 bits, and before.
    """

    taken: bool
    products: int
    right: int
    base_right: int
    loss: float
    base_loss: float
    bytes: int
    base_bytes: int

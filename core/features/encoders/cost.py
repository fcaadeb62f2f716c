"""What an encoder costs: seconds until a first answer, and seconds for a further one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class EncoderCost:
    """What an encoder costs on the machine where it was measured.

    Attributes
    ----------
    cold
        Seconds to load it and to encode a first product.
    warm
        Seconds to encode a further one: the least of several, which other work on the machine affects least.
    """

    cold: float
    warm: float

    def __add__(self, other: EncoderCost) -> EncoderCost:
        """Return the cost of both, one after the other."""
        return EncoderCost(self.cold + other.cold, self.warm + other.warm)


NOTHING = EncoderCost(0.0, 0.0)

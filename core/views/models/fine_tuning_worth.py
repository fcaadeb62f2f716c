"""From how many training products on fine-tuning is worth its minutes, by what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """Fine-tuning on a sample of the training products of a catalogue.

    Attributes
    ----------
    products
        How many it was trained on.
    before, after
        Accuracy on test products by logistic regression, with the frozen and with the fine-tuned encoder.
    low, high
        95 % interval of the difference.
    minutes
        Of processor time.
    """

    products: int
    before: float
    after: float
    low: float
    high: float
    minutes: float


MEASURED = (
    Measured(250, 0.716, 0.716, 0.0, 0.0, 0.6),
    Measured(1000, 0.908, 0.908, 0.0, 0.0, 0.9),
)
"""`compact` on photos of groceries, 81 fine categories, one split, 732 photos that it was not trained on.

docs/encoders.md has the command.
"""


def worth_sentence(measured: Sequence[Measured] = MEASURED) -> str:
    """Say from how many products on every measured difference was clearly above zero."""
    sizes = ", ".join(f"{each.products:,}" for each in measured)
    began = f"Fine-tuning Compact was measured on {sizes} photos of groceries in 81 categories"
    worth: list[Measured] = []
    for each in reversed(measured):
        if each.low <= 0:
            break
        worth.insert(0, each)
    if not worth:
        return f"{began}: it gained nothing at any size."
    first = worth[0]
    return (
        f"{began}: worth it from {first.products:,} on, where accuracy rose from {first.before:.3f} to "
        f"{first.after:.3f} in {first.minutes:.0f} minutes of processor time."
    )

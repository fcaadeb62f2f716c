"""From how many training products on fine-tuning is worth its minutes, by what was measured."""

from __future__ import annotations

from dataclasses import dataclass

from core.views.display_names import encoder_display_name


@dataclass(frozen=True)
class Measured:
    """Fine-tuning on a sample of a catalogue's training products.

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


@dataclass(frozen=True)
class Series:
    """Growing samples of one catalogue.

    Attributes
    ----------
    encoder
        Its name.
    of
        What the products were.
    measured
        The smallest sample first.
    """

    encoder: str
    of: str
    measured: tuple[Measured, ...]

    @property
    def sentence(self) -> str:
        """Say from how many products on every measured difference was clearly above zero."""
        worth: list[Measured] = []
        for each in reversed(self.measured):
            if each.low <= 0:
                break
            worth.insert(0, each)
        *fewer, most = (f"{each.products:,}" for each in self.measured)
        sizes = f"{', '.join(fewer)} and {most}"
        began = f"{encoder_display_name(self.encoder)} was fine-tuned on {sizes} {self.of}"
        if not worth:
            return f"{began}, and gained nothing at any size."
        first = worth[0]
        return (
            f"{began}: from {first.products:,} on it was worth it, and raised accuracy from "
            f"{first.before:.3f} to {first.after:.3f} in {first.minutes:.1f} minutes of processor time."
        )


MEASURED = (
    Series(
        "minilm",
        "names and descriptions of an invented catalogue",
        (
            Measured(100, 0.791, 0.799, 0.000, 0.025, 0.6),
            Measured(402, 0.863, 0.935, 0.013, 0.149, 1.1),
        ),
    ),
    Series(
        "compact",
        "photos of groceries in 81 categories, on which it had been distilled",
        (
            Measured(250, 0.716, 0.716, 0.0, 0.0, 0.6),
            Measured(1000, 0.908, 0.908, 0.0, 0.0, 0.9),
            Measured(2204, 0.926, 0.926, 0.0, 0.0, 1.6),
        ),
    ),
)
"""One split each; docs/encoders.md has the commands."""


def worth_sentences() -> list[str]:
    """Say of each measured encoder from how many products on fine-tuning was worth its minutes."""
    return [series.sentence for series in MEASURED]

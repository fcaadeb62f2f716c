"""What a random split would have promised, as a bundle states it; measured by `core.building`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from core.bundle.json_fields import Fields
from core.common.modality import MODALITIES
from core.evaluation.intervals import Interval


@dataclass(frozen=True)
class SplitInflation:
    """Accuracy under two ways to split the same products.

    Attributes
    ----------
    modality, rows
        The vectors and the number of products it was measured on.
    random, grouped, difference
        Mean accuracy over several splits at random, over splits that keep equal products together, and the
        first minus the second; shares.
    seen
        Share of a random split's test products that have an equal product in training; mean over the splits.
    """

    modality: str
    rows: int
    random: Interval
    grouped: Interval
    difference: Interval
    seen: float

    @property
    def sentence(self) -> str:
        """The outcome in a sentence or two."""
        if not self.seen:
            return "No product appears twice in a random split, so a random split would promise the same."
        gap = self.difference
        chance = ", which could be chance" if 0 in gap else ""
        return (
            f"In a random split, {self.seen:.1%} of the test products also appear in training. Logistic "
            f"regression has an accuracy of {self.random.value:.1%} there, and of {self.grouped.value:.1%} "
            "when equal products stay together. "
            f"The difference is {100 * gap.value:+.1f} points ({gap.level:.0%} interval: "
            f"{100 * gap.low:+.1f} to {100 * gap.high:+.1f}){chance}."
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers and texts, ready for JSON."""
        return asdict(self)

    @classmethod
    def read(cls, fields: Fields) -> SplitInflation:
        """Return what :meth:`to_dict` gave; BundleError where it is something else."""
        return cls(
            modality=fields.text("modality", MODALITIES),
            rows=fields.whole("rows", least=1),
            random=_interval(fields.one("random")),
            grouped=_interval(fields.one("grouped")),
            difference=_interval(fields.one("difference")),
            seen=fields.share("seen"),
        )


def _interval(fields: Fields) -> Interval:
    return Interval(*(fields.number(name) for name in ("value", "low", "high", "level")))

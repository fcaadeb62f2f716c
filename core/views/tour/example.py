"""The product of a catalogue on which text and image together beat each alone most clearly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.views.formatting import percent
from core.views.models.answers import answers

if TYPE_CHECKING:
    from core.bundle.reader import Bundle

ALONE = ("text", "image")


@dataclass(frozen=True)
class FusedExample:
    """A test product that both inputs together answer rightly.

    Attributes
    ----------
    row
        Where it is in the catalogue.
    wrong
        Which inputs alone are wrong on it.
    alone
        Input -> the probability that it alone gives the product's category, 0 to 1.
    fused
        The probability that both together give it.
    """

    row: int
    wrong: tuple[str, ...]
    alone: dict[str, float]
    fused: float

    @property
    def sentence(self) -> str:
        """What happens on this product."""
        shares = ", ".join(f"{name} alone gives it {percent(share)}" for name, share in self.alone.items())
        if len(self.wrong) == len(ALONE):
            lead = "Text alone and image alone are both wrong on this product; together they are right."
        elif self.wrong:
            lead = f"The {self.wrong[0]} alone is wrong on this product; with both, the answer is right."
        else:
            lead = "Each input alone is right on this product, but less sure than both together."
        return f"{lead} Of the probability of its category, {shares}, both together {percent(self.fused)}."


def fused_example(bundle: Bundle) -> FusedExample | None:
    """Find the test product on which the most inputs alone are wrong and both together are most right.

    Among equally many wrong inputs the one counts on which the category gains the most probability over the
    better input. None where text, image and both do not all answer, or both are nowhere more sure.
    """
    if not {*ALONE, "fused"} <= bundle.best.keys():
        return None
    fused = answers(bundle, "fused")
    kept = fused.take(bundle.present("fused")[fused.rows] & fused.correct)
    if not len(kept.rows):
        return None
    share, right = {}, {}
    for modality in ALONE:
        given = answers(bundle, modality)
        place = np.searchsorted(given.rows, kept.rows, sorter=(order := np.argsort(given.rows)))
        here = given.take(order[place])
        share[modality] = here.proba[np.arange(len(kept.rows)), kept.true]
        right[modality] = here.correct
    gain = kept.confidence - np.maximum(*share.values())
    wrong = np.sum([~right[modality] for modality in ALONE], axis=0)
    best = int(np.lexsort((gain, wrong))[-1])
    if gain[best] <= 0:
        return None
    return FusedExample(
        int(kept.rows[best]),
        tuple(modality for modality in ALONE if not right[modality][best]),
        {modality: float(share[modality][best]) for modality in ALONE},
        float(kept.confidence[best]),
    )

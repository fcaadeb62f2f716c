"""Encoders that a catalogue may have, and which of them is taken: the cheapest that is as good as the best.

As good means worse by no more than a standard error of the difference (Breiman et al., 1984).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from core.features.encoders.cost import EncoderCost

MOST_COLD = 8.0
"""Times as long as the usual encoders the chosen ones may take to load and to answer a first time."""
MOST_WARM = 0.05
"""Seconds the encoders may take for a product: 60 ms in all, less what heads and neighbours take."""


@dataclass(frozen=True)
class Candidate:
    """An encoder, or a pair side by side: what it costs, and how well its vectors tell categories apart.

    Attributes
    ----------
    name
        As ``--text`` and ``--image`` take it: ``minilm+use`` for a pair.
    cost
        On this machine.
    losses
        float64 (n,): out-of-fold log loss of each product that is judged.
    """

    name: str
    cost: EncoderCost
    losses: np.ndarray

    @property
    def loss(self) -> float:
        """Mean loss."""
        return float(self.losses.mean())

    @property
    def standard_error(self) -> float:
        """Of the mean loss."""
        return float(self.losses.std() / np.sqrt(len(self.losses)))


def cheapest_good(
    judged: Mapping[str, Sequence[Candidate]], fixed: EncoderCost, most_cold: float
) -> dict[str, Candidate]:
    """Choose a candidate for each modality.

    Of all combinations within the budget the one of least loss is found; then, in each modality, the
    cheapest candidate within a standard error of the one in it.

    Parameters
    ----------
    judged
        Modality -> its candidates, the usual encoder first.
    fixed
        What the other encoders of the catalogue cost.
    most_cold
        Seconds for the first answer; `MOST_WARM` limits further ones. The usual encoders are always within.
    """
    everything = list(product(*judged.values()))
    affordable = [each for each in everything if _fits(sum((c.cost for c in each), fixed), most_cold)]
    best = min(affordable or everything[:1], key=lambda each: sum(c.loss for c in each))
    return {
        modality: min((c for c in judged[modality] if _is_as_good(c, top)), key=lambda c: c.cost.warm)
        if affordable
        else top
        for modality, top in zip(judged, best, strict=True)
    }


def _fits(cost: EncoderCost, most_cold: float) -> bool:
    return cost.cold <= most_cold and cost.warm <= MOST_WARM


def _is_as_good(candidate: Candidate, best: Candidate) -> bool:
    """Whether a candidate is no dearer than the best, and worse by a standard error at most."""
    worse = candidate.losses - best.losses
    no_dearer = candidate.cost.warm <= best.cost.warm and candidate.cost.cold <= best.cost.cold
    return candidate is best or (no_dearer and bool(worse.mean() <= worse.std() / np.sqrt(len(worse))))

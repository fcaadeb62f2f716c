"""What calibrated means, said with a catalogue's own test products."""

from __future__ import annotations

import numpy as np

from core.views.formatting import counted, percent
from core.views.models.answers import Answers

BANDS = ((0.9, 1.0), (0.8, 0.9), (0.7, 0.8), (0.6, 0.7), (0.5, 0.6))
"""From and up to which confidence answers are looked at, in this order."""
ENOUGH = 20
"""Answers of which the share of right ones says something."""


def calibrated_sentence(given: Answers) -> str:
    """Compare confidence with the share of right answers in up to two bands; "" with too few answers."""
    sentences: list[str] = []
    for low, high in BANDS:
        inside = (given.confidence > low) & (given.confidence <= high)
        if inside.sum() >= ENOUGH and len(sentences) < 2:
            mean, right = np.mean(given.confidence[inside]), np.mean(given.correct[inside])
            sentences.append(
                f"Of the {counted(int(inside.sum()), 'answer')} with {percent(low, 0)} to {percent(high, 0)} "
                f"confidence ({percent(float(mean))} on average), {percent(float(right))} are right."
            )
    return " ".join(sentences)

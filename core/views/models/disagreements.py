"""The test products that only one of two models gets right, or neither."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.views.models.answers import Answers

if TYPE_CHECKING:
    pass


ONLY_FIRST, ONLY_SECOND, BOTH_DIFFERENTLY, BOTH_ALIKE = "first", "second", "differently", "alike"

GROUPS = {
    ONLY_FIRST: "Only A right",
    ONLY_SECOND: "Only B right",
    BOTH_DIFFERENTLY: "Both wrong, different answers",
    BOTH_ALIKE: "Both wrong, same answer",
}

FUSION_GROUPS = {ONLY_FIRST: "Gained", ONLY_SECOND: "Lost"}


def disagreements(first: Answers, second: Answers) -> dict[str, np.ndarray]:
    """Group the test products that at least one of two models gets wrong.

    Returns
    -------
    dict
        int64 positions among the answers: `ONLY_FIRST` right, `ONLY_SECOND` right, both wrong with different
        answers (`BOTH_DIFFERENTLY`) or with the same one (`BOTH_ALIKE`).
    """
    if not np.array_equal(first.rows, second.rows):
        raise ValueError("expected the answers of both models in the same order of products")
    one, other = first.correct, second.correct
    alike = first.predicted == second.predicted
    masks = {
        ONLY_FIRST: one & ~other,
        ONLY_SECOND: other & ~one,
        BOTH_DIFFERENTLY: ~one & ~other & ~alike,
        BOTH_ALIKE: ~one & alike,
    }
    return {name: np.flatnonzero(mask) for name, mask in masks.items()}

"""The most probable categories of a product."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def ranked(proba: np.ndarray, classes: Sequence[str], count: int = 2) -> list[tuple[str, float]]:
    """Return the `count` most probable categories with their probabilities.

    Parameters
    ----------
    proba
        float (classes,), 0 to 1.
    classes
        Names of the categories.
    count
        How many.
    """
    order = np.argsort(-proba, kind="stable")[:count]
    return [(classes[index], float(proba[index])) for index in order]

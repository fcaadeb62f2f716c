"""Choose a modality's head on validation products."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from core.evaluation.scores import SMALLEST

PREFERRED = "blend"


def choose(y_true: np.ndarray, proba: Mapping[str, np.ndarray], preferred: str = PREFERRED) -> str:
    """Choose a head on validation products.

    The one of least log loss, unless the `preferred` one is worse by no more than a standard error of the
    difference (Breiman et al., 1984): among many heads the best on few products is mostly the luckiest, and a
    blend of several rests on more evidence than any of them.

    Parameters
    ----------
    y_true
        int (n,): true classes.
    proba
        Head -> probabilities (n, k).
    preferred
        The head to fall back on, if there is one of that name.
    """
    losses = {
        name: -np.log(np.maximum(one[np.arange(len(y_true)), y_true], SMALLEST))
        for name, one in proba.items()
    }
    best = min(losses, key=lambda name: losses[name].mean())
    if preferred in losses:
        worse = losses[preferred] - losses[best]
        if worse.mean() <= worse.std() / np.sqrt(len(worse)):
            return preferred
    return best

"""A sample of products that has every category."""

from __future__ import annotations

import numpy as np


def sampled(labels: np.ndarray, most: int, seed: int) -> np.ndarray:
    """Return rows drawn at random, `most` and one of each category that these lack; all if there are no more.

    Parameters
    ----------
    labels
        int (n,): categories.
    most
        How many.
    seed
        Of the draw.

    Returns
    -------
    ndarray
        int64, in random order; ascending if they are all.
    """
    if len(labels) <= most:
        return np.arange(len(labels))
    order = np.random.default_rng(seed).permutation(len(labels))
    kept, rest = order[:most], order[most:]
    missing, first = np.unique(labels[rest], return_index=True)
    return np.concatenate([kept, rest[first[~np.isin(missing, labels[kept])]]])

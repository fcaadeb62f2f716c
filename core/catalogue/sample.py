"""A smaller catalogue that is still like the whole: a stratified random sample of rows."""

from __future__ import annotations

import numpy as np
import pandas as pd

_FIRST = 10  # rows of each class that come before all shares, so that no class is too small to split


def stratified_sample(categories: pd.Series, limit: int, seed: int) -> np.ndarray:
    """Choose `limit` rows at random, every class in proportion, but 10 rows of each class first.

    Parameters
    ----------
    categories : Series of str, (n,)
        The class of each row.
    limit : int
        Rows to choose; all when there are no more.
    seed : int
        The same seed chooses the same rows.

    Returns
    -------
    ndarray of bool, (n,)
        True for the rows chosen.
    """
    order = np.random.default_rng(seed).permutation(len(categories))
    shuffled = categories.iloc[order]
    # A row's place in its class in this random order, as a share of the class: the rows with the smallest
    # shares are a sample in proportion.
    place = shuffled.groupby(shuffled).cumcount().to_numpy()
    share = (place + 0.5) / shuffled.map(categories.value_counts()).to_numpy(dtype=np.float64)
    first = np.argsort(np.where(place < _FIRST, place - _FIRST, share), kind="stable")[:limit]
    chosen = np.zeros(len(categories), dtype=bool)
    chosen[order[first]] = True
    return chosen

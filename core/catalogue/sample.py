"""A stratified random sample of a catalogue's rows."""

from __future__ import annotations

import numpy as np
import pandas as pd

_FIRST = 10  # rows of each category chosen first, so that no category is too small to split


def stratified_sample(categories: pd.Series, limit: int, seed: int) -> np.ndarray:
    """Choose `limit` rows at random, in proportion to the categories, with 10 rows of each category first.

    Parameters
    ----------
    categories : Series of str, (n,)
        The category of each row.
    limit : int
        Rows to choose; all rows if there are fewer.
    seed : int
        The same seed chooses the same rows.

    Returns
    -------
    ndarray of bool, (n,)
        True for the chosen rows.
    """
    order = np.random.default_rng(seed).permutation(len(categories))
    shuffled = categories.iloc[order]
    # A row's rank within its category in random order, as a share of the category: the rows with the smallest
    # shares form a proportional sample.
    place = shuffled.groupby(shuffled).cumcount().to_numpy()
    share = (place + 0.5) / shuffled.map(categories.value_counts()).to_numpy(dtype=np.float64)
    first = np.argsort(np.where(place < _FIRST, place - _FIRST, share), kind="stable")[:limit]
    chosen = np.zeros(len(categories), dtype=bool)
    chosen[order[first]] = True
    return chosen

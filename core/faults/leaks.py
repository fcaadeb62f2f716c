"""Leaks: test products with a duplicate among the training products, which make test scores too high."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.faults.duplicates import Duplicates


@dataclass(frozen=True, eq=False)
class Leaks:
    """Products that a model is tested on although it was trained on a duplicate of them.

    Attributes
    ----------
    rows : np.ndarray
        int64, shape (m,): ascending.
    sources : np.ndarray
        int64, shape (m,): the most similar duplicate the model was trained on.
    score : np.ndarray
        float32, shape (m,): of the pair; 0 if they share a name or an image but were not compared.
    """

    rows: np.ndarray
    sources: np.ndarray
    score: np.ndarray


def find_leaks(duplicates: Duplicates, parts: np.ndarray) -> Leaks:
    """Find the test products that have a duplicate among the training products.

    A duplicate is the other product of a pair, or any product that shares a name or an image.

    Parameters
    ----------
    duplicates : Duplicates
        Of all n products.
    parts : np.ndarray
        str, shape (n,): train, validation or test.

    Raises
    ------
    ValueError
        If there is not one part per product.
    """
    parts = np.asarray(parts).astype(str)
    if parts.shape != duplicates.products.shape:
        raise ValueError(f"expected a part for each of {len(duplicates.products)} rows, got {parts.shape}")
    train, test = (np.flatnonzero(parts == part) for part in ("train", "test"))
    products, first = np.unique(duplicates.products[train], return_index=True)
    sharing = test[np.isin(duplicates.products[test], products)]
    shared = train[first[np.searchsorted(products, duplicates.products[sharing])]]
    both_ways = np.concatenate([duplicates.pairs, duplicates.pairs[:, ::-1]])
    crosses = (parts[both_ways[:, 0]] == "test") & (parts[both_ways[:, 1]] == "train")
    row, twin = np.concatenate([both_ways[crosses], np.stack([sharing, shared], axis=1)]).T
    score = np.concatenate([np.tile(duplicates.score, 2)[crosses], np.zeros(len(sharing), np.float32)])
    order = np.lexsort((-score, row))
    rows, best = np.unique(row[order], return_index=True)
    return Leaks(rows, twin[order][best], score[order][best])

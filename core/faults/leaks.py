"""Leaks: duplicates in different splits. They make test scores too high, or confidence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.faults.duplicates import Duplicates


@dataclass(frozen=True, eq=False)
class Leaks:
    """Pairs of duplicates in different splits.

    Attributes
    ----------
    pairs : np.ndarray
        int64, shape (m, 2): rows, each pair once, the most similar first. Of a pair with a test product, that
        is the first; else it is the later row.
    parts : np.ndarray
        str, shape (m, 2): their splits.
    score : np.ndarray
        float32, shape (m,): of the pair; 0 if they are one product but were not compared.
    """

    pairs: np.ndarray
    parts: np.ndarray
    score: np.ndarray


def find_leaks(duplicates: Duplicates, parts: np.ndarray) -> Leaks:
    """Find the duplicates that are in different splits.

    A duplicate is the other product of a likely pair, or another row of the same product: of these, each row
    is paired with the first in another split.

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
    likely, sharing = duplicates.likely, _sharing(duplicates.products, parts)
    both = np.concatenate([duplicates.pairs[likely], sharing])
    score = np.concatenate([duplicates.score[likely], np.zeros(len(sharing), np.float32)])
    # Those that were compared come first, so that their score is kept.
    _, first = np.unique(both, axis=0, return_index=True)
    crossing = np.sort(first[parts[both[first, 0]] != parts[both[first, 1]]])
    pairs, score = both[crossing], score[crossing]
    turned = parts[pairs[:, 0]] != "test"
    pairs[turned] = pairs[turned][:, ::-1]
    order = np.argsort(-score, kind="stable")
    return Leaks(pairs[order], parts[pairs[order]], score[order])


def _sharing(products: np.ndarray, parts: np.ndarray) -> np.ndarray:
    """Return each row with the first of the same product in another split: int64 (m, 2), the lower first."""
    rows, nowhere = np.arange(len(products)), len(products)
    _, product = np.unique(products, return_inverse=True)
    names, part = np.unique(parts, return_inverse=True)
    first = np.full((len(products), len(names)), nowhere)
    np.minimum.at(first, (product, part), rows)
    elsewhere = first[product]
    elsewhere[rows, part] = nowhere
    partner = elsewhere.min(axis=1, initial=nowhere)
    found = rows[partner < nowhere]
    return np.sort(np.stack([found, partner[found]], axis=1), axis=1)

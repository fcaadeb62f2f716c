"""Prototypes: what is typical of each category, a few dozen averages in place of all its products."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.common.row_vectors import RowVectors

PRODUCTS_EACH = 5
"""Products a prototype stands for, at least on average: none shows what a single product is like."""
MOST = 16
"""Prototypes of a category."""
SAMPLED = 1_500
"""Products of a category that its prototypes are found on."""
LEAST_SPREAD = 0.03
"""A prototype of very similar products has this spread: smaller differences are noise of the encoder."""


@dataclass(frozen=True, eq=False)
class Prototypes:
    """The p prototypes of a catalogue's categories.

    Attributes
    ----------
    vectors
        float32 (p, d), of length 1.
    categories
        int64 (p,): the category of each, as a position in the catalogue's.
    means, spreads
        float32 (p,): mean and standard deviation of the cosine similarities of a prototype's own products.
    """

    vectors: np.ndarray
    categories: np.ndarray
    means: np.ndarray
    spreads: np.ndarray

    def similarities(self, vectors: np.ndarray) -> np.ndarray:
        """Return cosine similarities, float32 (n, p), of n vectors of length 1, float32 (n, d)."""
        similar: np.ndarray = vectors @ self.vectors.T
        return similar

    def relative(self, similarities: np.ndarray) -> np.ndarray:
        """Return similarities in spreads above or below what each prototype's own products have, (n, p)."""
        distance: np.ndarray = (similarities - self.means) / self.spreads
        return distance


def fit_prototypes(
    vectors: RowVectors, labels: np.ndarray, seed: int = 0, rows: np.ndarray | None = None
) -> Prototypes:
    """Find prototypes by k-means within each category.

    Parameters
    ----------
    vectors
        float32 (n, d), of length 1; read by rows.
    labels
        int (n,): categories.
    seed
        Of the sample and of k-means.
    rows
        int (m,): the products to learn from; by default all.
    """
    rows = np.arange(len(labels)) if rows is None else rows
    parts = [
        _of_category(vectors[_sampled(rows[labels[rows] == category], seed)], category, seed)
        for category in np.unique(labels[rows]).tolist()
    ]
    return Prototypes(
        np.concatenate([part.vectors for part in parts]),
        np.concatenate([part.categories for part in parts]),
        np.concatenate([part.means for part in parts]),
        np.concatenate([part.spreads for part in parts]),
    )


def _sampled(rows: np.ndarray, seed: int) -> np.ndarray:
    if len(rows) <= SAMPLED:
        return rows
    return np.asarray(rows[np.random.default_rng(seed).permutation(len(rows))[:SAMPLED]])


def _of_category(vectors: np.ndarray, category: int, seed: int) -> Prototypes:
    from sklearn.cluster import KMeans

    count = int(np.clip(len(np.unique(vectors, axis=0)) // PRODUCTS_EACH, 1, MOST))
    nearest = np.zeros(len(vectors), dtype=np.int64)
    if count > 1:
        nearest = KMeans(count, n_init=1, max_iter=15, random_state=seed).fit(vectors).labels_
    numbers = np.unique(nearest).tolist()
    centres = np.stack([vectors[nearest == number].mean(axis=0) for number in numbers])
    centres = centres / np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-9)
    centres = centres.astype(np.float16).astype(np.float32)  # as they are stored
    similar = [vectors[nearest == number] @ centre for number, centre in zip(numbers, centres, strict=True)]
    return Prototypes(
        centres,
        np.full(len(centres), category, dtype=np.int64),
        np.array([one.mean() for one in similar], dtype=np.float32),
        np.array([max(one.std(), LEAST_SPREAD) for one in similar], dtype=np.float32),
    )

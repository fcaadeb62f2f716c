"""Encode what the cache does not hold, batch by batch, and keep it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from core.common.progress import Progress
from core.features.cache import FeatureCache


@dataclass(frozen=True)
class EncodedBatch:
    """Vectors of one call of an encoder.

    Attributes
    ----------
    keys
        By which the cache knows the items.
    vectors
        float32 (len(keys), dim).
    items
        How many items the batch began with: images that could not be opened have no vector.
    """

    keys: list[bytes]
    vectors: np.ndarray
    items: int


def collect(
    known: dict[bytes, np.ndarray],
    batches: Iterable[EncodedBatch],
    total: int,
    cache: FeatureCache | None,
    stage: str,
    progress: Progress,
) -> dict[bytes, np.ndarray]:
    """Return `known` with the vectors of all `batches`, each stored in the cache as soon as it is there.

    What is encoded reaches the disk even if a later batch fails or the user cancels.

    Parameters
    ----------
    known
        Key -> vector, from the cache.
    batches
        Encoded one by one as they are consumed.
    total
        Items in all batches.
    cache
        Where vectors are kept; None keeps nothing.
    stage, progress
        Called after each batch with the items done and `total`.
    """
    vectors = dict(known)

    def keep(keys: list[bytes], encoded: np.ndarray) -> None:
        vectors.update(zip(keys, encoded, strict=True))

    hand_over(batches, keep, total, cache, stage, progress)
    return vectors


def hand_over(
    batches: Iterable[EncodedBatch],
    keep: Callable[[list[bytes], np.ndarray], None],
    total: int,
    cache: FeatureCache | None,
    stage: str,
    progress: Progress,
) -> None:
    """Call `keep` with the keys and vectors of each batch, and store them in the cache, as `collect` does."""
    done = 0
    try:
        for batch in batches:
            keep(batch.keys, batch.vectors)
            if cache:
                cache.put(batch.keys, batch.vectors)
            done += batch.items
            progress(stage, done, total)
    finally:
        if cache:
            cache.flush()

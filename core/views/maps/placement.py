"""The position on a map of a product that is not in the catalogue."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from core.bundle.projection import Projection
from core.bundle.reader import Bundle
from core.common.modality import sides_of
from core.projections.median import closeness, geometric_median

NEAREST = 10


def vector_for(vectors: Mapping[str, np.ndarray], modality: str) -> np.ndarray | None:
    """Return the features of a product that :func:`place` needs.

    Parameters
    ----------
    vectors
        Modality -> float (dim,), as `core.serving.predictor.Answer.vectors`.
    modality
        The map's: text, image or fused.

    Returns
    -------
    np.ndarray or None
        float32 (dim,), for fused text and image side by side; None where the product lacks the modality.
    """
    needed = sides_of(modality)
    if any(name not in vectors for name in needed):
        return None
    return np.concatenate([np.asarray(vectors[name], dtype=np.float32) for name in needed])


def place(bundle: Bundle, projection: Projection, vector: np.ndarray | None) -> tuple[float, ...] | None:
    """Place a product on a stored map by its ten nearest products, by the cosine of their features.

    It lies at the weighted geometric median of theirs (`core.projections.median`). For products left out in
    turn, it came about twice as close to their true position as the mean (t-SNE and UMAP, two catalogues).

    Parameters
    ----------
    bundle
        Whose features and map.
    projection
        One of the bundle's maps.
    vector
        float (dim,): see :func:`vector_for`; None for a product that lacks the modality.

    Returns
    -------
    tuple of float or None
        x, y and on a 3-D map z; None if the product lacks the modality or the bundle holds no features.

    Raises
    ------
    ValueError
        If the vector is not as long as the features, or not finite.
    """
    coordinates = bundle.coordinates(projection.modality, projection.method, projection.dims)
    return place_among(bundle, projection.modality, coordinates, vector)


def place_among(
    bundle: Bundle, modality: str, coordinates: np.ndarray, vector: np.ndarray | None
) -> tuple[float, ...] | None:
    """Place a product on any map of a bundle's products: float (n, dims), NaN where not on it."""
    if vector is None or not bundle.has_features(modality):
        return None
    vector = np.asarray(vector, dtype=np.float32)
    stored = bundle.stored(modality)
    if vector.shape != (stored.width,) or not np.isfinite(vector).all():
        raise ValueError(f"expected {stored.width} finite numbers, got an array of {vector.shape}")
    drawn = np.isfinite(coordinates).all(axis=1)
    if not drawn.any() or not vector.any():
        return None
    nearest = stored.nearest(NEAREST, vector, drawn)
    at = geometric_median(coordinates[nearest.indices], closeness(nearest.distance))[0]
    return tuple(float(value) for value in at)

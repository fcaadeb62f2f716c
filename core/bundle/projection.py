"""One map of a bundle, and how far it can be trusted."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from core.bundle.json_fields import Fields
from core.bundle.layout import coordinates_file, trust_file
from core.common.modality import MODALITIES


@dataclass(frozen=True)
class Projection:
    """A map of a modality's features.

    Attributes
    ----------
    modality, method, dims
        What was drawn, how (pca, tsne, umap), and in how many dimensions (2 or 3).
    trustworthiness, neighbour_accuracy
        As `core.projections.quality` measures them, 0 to 1; None where they were not measured.
        Trustworthiness is the mean of the products' own.
    neighbour_recall
        Of the 15 products that are most similar to a product, the share that the map knew, 0 to 1. None where
        its neighbours are exact, not approximate (`core.nearest.approximate`), and for PCA, which needs none.
    landmarks, placed
        How many products were drawn themselves, and how many were placed beside the most similar of these
        (`core.projections.landmarks`). None where all were drawn.
    """

    modality: str
    method: str
    dims: int
    trustworthiness: float | None = None
    neighbour_accuracy: float | None = None
    neighbour_recall: float | None = None
    landmarks: int | None = None
    placed: int | None = None

    @property
    def dtype(self) -> type[np.floating]:
        """Of its coordinates inside the bundle."""
        return np.float32 if self.dims == 2 else np.float16

    @property
    def file(self) -> str:
        """Path of its coordinates inside the bundle."""
        return coordinates_file(self.modality, self.method, self.dims)

    @property
    def trust_file(self) -> str:
        """Path of how far each of its places can be trusted."""
        return trust_file(self.modality, self.method, self.dims)

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers and texts, ready for JSON."""
        return asdict(self)

    @classmethod
    def read(cls, fields: Fields) -> Projection:
        """Return what :meth:`to_dict` gave; BundleError where it is something else."""
        trust, accuracy, recall = (
            fields.share(name) if fields.has(name) else None
            for name in ("trustworthiness", "neighbour_accuracy", "neighbour_recall")
        )
        landmarks, placed = (
            fields.whole(name, 1) if fields.has(name) else None for name in ("landmarks", "placed")
        )
        modality, method = fields.text("modality", MODALITIES), fields.name("method")
        dims = fields.whole("dims", 2, 3)
        return cls(modality, method, dims, trust, accuracy, recall, landmarks, placed)

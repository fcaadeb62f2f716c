"""A map recomputed as a visitor requests: by which method, with which settings, of which sample."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from core.bundle.reader import Bundle
from core.common.errors import CoreError
from core.common.modality import sides_of
from core.common.progress import Progress, silent
from core.projections.drawing import project
from core.projections.prepared import prepare
from core.projections.quality import MapQuality, quality
from core.projections.settings import DEFAULTS, MapSettings
from core.views.display_names import METHOD_NAMES

FEWEST, MOST = 50, 10_000
"""Products a map can be recomputed for: fewer make no map, more take too much time and memory."""


@dataclass(frozen=True)
class MapRequest:
    """The map that a visitor requests.

    Attributes
    ----------
    modality
        text, image or fused.
    method
        One of `core.projections.drawing.METHODS`.
    dims
        2 or 3.
    seed
        Of the sample and of the method.
    settings
        Settings of the methods; each uses its own.
    """

    modality: str
    method: str
    dims: int = 2
    seed: int = 0
    settings: MapSettings = DEFAULTS

    @property
    def title(self) -> str:
        """Its method and settings, as ``UMAP, 20 neighbours, minimum distance 0.1, cosine, seed 0``."""
        s = self.settings
        own = {
            "tsne": [f"perplexity {s.perplexity:g}"],
            "umap": [f"{s.n_neighbours} neighbours", f"minimum distance {s.min_dist:g}"],
        }
        parts = [METHOD_NAMES.get(self.method, self.method), *own.get(self.method, []), s.metric]
        return ", ".join([*parts, f"seed {self.seed}"])

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> MapRequest:
        """Make a request from what :meth:`to_dict` returned."""
        return cls(**{**plain, "settings": MapSettings(**plain["settings"])})


@dataclass(frozen=True, eq=False)
class OwnMap:
    """A recomputed map.

    Attributes
    ----------
    request
        How it was computed.
    rows
        int64 (m,): the products on it, ascending.
    coordinates
        float32 (m, dims).
    quality
        How far it may be trusted.
    """

    request: MapRequest
    rows: np.ndarray
    coordinates: np.ndarray
    quality: MapQuality

    def among(self, values: np.ndarray, n: int) -> np.ndarray:
        """Return values of the products on the map, float (m, ...), for all n products; NaN for others."""
        everywhere = np.full((n, *values.shape[1:]), np.nan, dtype=np.float32)
        everywhere[self.rows] = values
        return everywhere


def available(bundle: Bundle, modality: str, inside: np.ndarray | None = None) -> np.ndarray:
    """Return the rows that can be on a map, int64: those with the modality that are inside, if given."""
    present = bundle.present(modality)
    return np.flatnonzero(present if inside is None else present & inside)


def sample(rows: np.ndarray, products: int, seed: int) -> np.ndarray:
    """Return a seeded sample of up to `products` of some rows, ascending."""
    return np.sort(np.random.default_rng(seed).permutation(rows)[:products])


def recompute_map(
    bundle: Bundle, request: MapRequest, rows: np.ndarray, progress: Progress = silent
) -> OwnMap:
    """Compute a map of some products of a bundle.

    Parameters
    ----------
    bundle
        With features.
    request
        By which method and settings.
    rows
        int64 (m,): which products, see :func:`sample`.
    progress
        Called with the stage and how far it is; what it raises ends the work.

    Raises
    ------
    CoreError
        There are too few or too many rows, or the bundle holds no features.
    """
    if not FEWEST <= len(rows) <= MOST:
        raise CoreError(f"a map needs {FEWEST} to {MOST:,} products, got {len(rows):,}")
    sides = sides_of(request.modality)
    vectors = np.concatenate([bundle.features(side)[rows] for side in sides], axis=1)
    ready = prepare(vectors, metric=request.settings.metric)
    coordinates = project(
        request.method, ready, request.dims, settings=request.settings, seed=request.seed, progress=progress
    )
    measured = quality(ready, coordinates, bundle.labels[rows], progress=progress)
    return OwnMap(request, np.asarray(rows), coordinates, measured)

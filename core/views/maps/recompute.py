"""A map drawn anew as a visitor wishes: by which method, with which settings, of which sample."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from core.bundle.reader import Bundle
from core.common.errors import CoreError
from core.common.progress import Progress, silent
from core.projections.drawing import project
from core.projections.quality import MapQuality, quality
from core.projections.settings import DEFAULTS, MapSettings
from core.views.display_names import METHOD_NAMES

FEWEST, MOST = 50, 10_000
"""Products that can be drawn anew: fewer make no map, more take too long and too much memory."""


@dataclass(frozen=True)
class MapRequest:
    """What a visitor wants to see.

    Attributes
    ----------
    modality
        text, image or fused.
    method
        One of `core.projections.drawing.METHODS`.
    dims
        2 or 3.
    seed
        Of the sample and of the drawing.
    settings
        What the method heeds of them.
    """

    modality: str
    method: str
    dims: int = 2
    seed: int = 0
    settings: MapSettings = DEFAULTS

    @property
    def words(self) -> str:
        """What sets this map apart, as ``UMAP, 20 neighbours, least distance 0.1, cosine, seed 0``."""
        s = self.settings
        own = {
            "tsne": [f"perplexity {s.perplexity:g}"],
            "umap": [f"{s.n_neighbours} neighbours", f"least distance {s.min_dist:g}"],
        }
        parts = [METHOD_NAMES.get(self.method, self.method), *own.get(self.method, []), s.metric]
        return ", ".join([*parts, f"seed {self.seed}"])

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> MapRequest:
        """Make a wish of what :meth:`to_dict` returned."""
        return cls(**{**plain, "settings": MapSettings(**plain["settings"])})


@dataclass(frozen=True, eq=False)
class OwnMap:
    """A map drawn as wished.

    Attributes
    ----------
    wish
        How.
    rows
        int64 (m,): the products on it, ascending.
    coordinates
        float32 (m, dims).
    quality
        How far it may be trusted.
    """

    wish: MapRequest
    rows: np.ndarray
    coordinates: np.ndarray
    quality: MapQuality

    def among(self, n: int) -> np.ndarray:
        """Return the places of a catalogue of n products, float32 (n, dims), NaN where not on the map."""
        placed = np.full((n, self.coordinates.shape[1]), np.nan, dtype=np.float32)
        placed[self.rows] = self.coordinates
        return placed


def available(bundle: Bundle, modality: str, inside: np.ndarray | None = None) -> np.ndarray:
    """Return the rows that can be drawn, int64: those that have the modality and, if given, lie inside."""
    present = bundle.present(modality)
    return np.flatnonzero(present if inside is None else present & inside)


def sample(rows: np.ndarray, products: int, seed: int) -> np.ndarray:
    """Return up to `products` of some rows, drawn by a seed, ascending."""
    return np.sort(np.random.default_rng(seed).permutation(rows)[:products])


def recompute_map(bundle: Bundle, wish: MapRequest, rows: np.ndarray, progress: Progress = silent) -> OwnMap:
    """Draw the map of some products of a bundle.

    Parameters
    ----------
    bundle
        With features.
    wish
        How to draw.
    rows
        int64 (m,): which, see :func:`sample`.
    progress
        Told how far it is; what it raises ends the work.

    Raises
    ------
    CoreError
        There are too few or too many rows, or the bundle holds no features.
    """
    if not FEWEST <= len(rows) <= MOST:
        raise CoreError(f"expected {FEWEST} to {MOST:,} products to draw a map of, got {len(rows):,}")
    needed = ("text", "image") if wish.modality == "fused" else (wish.modality,)
    vectors = np.concatenate([bundle.features(name)[rows] for name in needed], axis=1)
    drawn = project(
        wish.method, vectors, wish.dims, settings=wish.settings, seed=wish.seed, progress=progress
    )
    progress("quality", 0, 1)
    judged = quality(vectors, drawn, bundle.labels[rows])
    return OwnMap(wish, np.asarray(rows), drawn, judged)

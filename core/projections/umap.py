"""UMAP maps (McInnes, Healy and Melville, 2018) by umap-learn."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from core.projections.prepared import Prepared

NEIGHBOURS = 15


def draw_umap(ready: Prepared, dims: int, seed: int) -> np.ndarray:
    """Draw the unique rows, float32 (u, dims), from exact neighbours and a start along the components."""
    with _without_tensorflow():
        from umap import UMAP

    u = len(ready.rows)
    k = min(NEIGHBOURS, u)
    # umap counts each row as its own first neighbour.
    indices = np.column_stack([np.arange(u), ready.neighbours.indices[:, : k - 1]])
    away = np.maximum(1 - ready.neighbours.similarity[:, : k - 1], 0)
    distances = np.column_stack([np.zeros(u, dtype=np.float32), away])
    mapper = UMAP(
        n_components=dims,
        n_neighbors=k,
        metric="cosine",
        init=ready.start(dims, seed).astype(np.float32),
        precomputed_knn=(indices, distances, None),
        random_state=seed,
        n_jobs=1,  # with more, a seed would not give the same map
    )
    with warnings.catch_warnings():
        # It says that the map cannot take further rows without a search index, which nobody asks of it.
        warnings.simplefilter("ignore", UserWarning)
        return mapper.fit_transform(ready.rows)


@contextmanager
def _without_tensorflow() -> Iterator[None]:
    """Keep ``import umap`` from loading TensorFlow, which only its parametric kind needs (5 s, 1 GB)."""
    if "umap" in sys.modules or "tensorflow" in sys.modules:
        yield
        return
    sys.modules["tensorflow"] = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ImportWarning)
            yield
    finally:
        del sys.modules["tensorflow"]

"""UMAP maps (McInnes, Healy and Melville, 2018) by umap-learn."""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import numpy as np

from core.common.progress import Progress, silent
from core.projections.prepared import Prepared
from core.projections.settings import MapSettings

LARGE = 10_000
# umap's own choice, stated so that progress knows the total from the start.
EPOCHS, EPOCHS_LARGE = 500, 200
# Rows that each pair of neighbours is pushed away from at a step. On 25,000 rows umap's 5 takes a quarter
# longer for a map that is no better.
PUSHED_FROM, PUSHED_FROM_LARGE = 5, 4


def draw_umap(
    ready: Prepared, dims: int, seed: int, settings: MapSettings, progress: Progress = silent
) -> np.ndarray:
    """Draw the unique rows, float32 (u, dims), from exact neighbours and a start along the components."""
    with without_tensorflow():
        from umap import UMAP
    _keep_compiled()

    u = len(ready.rows)
    k = min(settings.n_neighbours, u)
    found = ready.graph.nearest(k - 1, progress)
    epochs, pushed_from = (EPOCHS, PUSHED_FROM) if u <= LARGE else (EPOCHS_LARGE, PUSHED_FROM_LARGE)
    progress("UMAP", 0, epochs)
    away = np.maximum(1 - found.similarity, 0) if settings.metric == "cosine" else found.distance
    # umap counts each row as its own first neighbour.
    indices = np.column_stack([np.arange(u), found.indices])
    distances = np.column_stack([np.zeros(u, dtype=np.float32), away])
    mapper = UMAP(
        n_components=dims,
        n_neighbors=k,
        n_epochs=epochs,
        min_dist=settings.min_dist,
        negative_sample_rate=pushed_from,
        metric=settings.metric,
        init=ready.start(dims, seed).astype(np.float32),
        precomputed_knn=(indices, distances, None),
        random_state=seed,
        n_jobs=1,  # with more, a seed would not give the same map
        tqdm_kwds=None if progress is silent else _told(progress),
    )
    with warnings.catch_warnings():
        # It says that the map cannot take further rows without a search index, which nobody asks of it.
        warnings.simplefilter("ignore", UserWarning)
        return mapper.fit_transform(ready.rows)


@cache
def _keep_compiled() -> None:
    """Have numba keep what it compiles of umap on disk: else each process spends five seconds on it."""
    from umap import layouts, umap_

    for function in (
        umap_.smooth_knn_dist,
        umap_.compute_membership_strengths,
        layouts._nb_optimize_layout_euclidean_single_epoch,
    ):
        function.enable_caching()


class _Steps:
    """A file for umap's bar to be drawn on: reads "done/total" off it and tells progress."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.ended = False

    def write(self, text: str) -> None:
        """Tell what the bar says, once; not again after progress raised, when the bar is closed."""
        said = re.search(r"(\d+)/(\d+)", text)
        if said and not self.ended:
            self.ended = True
            self.progress("UMAP", int(said[1]), int(said[2]))
            self.ended = False

    def flush(self) -> None:
        """Nothing is kept back."""


def _told(progress: Progress) -> dict:
    """Return settings of umap's bar: it calls nothing else while it works."""
    # With miniters, tqdm draws in this thread only, so what progress raises ends the work.
    return {
        "disable": False,
        "file": _Steps(progress),
        "bar_format": "{n_fmt}/{total_fmt}",
        "miniters": 1,
    }


@contextmanager
def without_tensorflow() -> Iterator[None]:
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

"""UMAP maps (McInnes, Healy and Melville, 2018) by umap-learn."""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np

from core.common.progress import Progress, silent
from core.projections.prepared import Prepared
from core.projections.settings import MapSettings

LARGE = 10_000
# umap-learn's own choice, given here so that the total is known from the start.
EPOCHS, EPOCHS_LARGE = 500, 200
# Negative samples per edge and step. On 25,000 rows umap-learn's 5 takes a quarter longer for a map that is
# no better.
NEGATIVE_SAMPLES, NEGATIVE_SAMPLES_LARGE = 5, 4


def draw_umap(
    ready: Prepared, dims: int, seed: int, settings: MapSettings, progress: Progress = silent
) -> np.ndarray:
    """Draw the unique rows, float32 (u, dims), from their neighbours, initialised with their components."""
    with without_tensorflow():
        from umap import UMAP
    _keep_compiled()

    u = len(ready.rows)
    k = min(settings.n_neighbours, u)
    nearest = ready.graph.nearest(k - 1, progress)
    is_large = u > LARGE
    epochs = EPOCHS_LARGE if is_large else EPOCHS
    progress("UMAP", 0, epochs)
    # umap-learn counts each row as its own first neighbour.
    indices = np.column_stack([np.arange(u), nearest.indices])
    distances = np.column_stack([np.zeros(u, dtype=np.float32), nearest.dissimilarity])
    mapper = UMAP(
        n_components=dims,
        n_neighbors=k,
        n_epochs=epochs,
        min_dist=settings.min_dist,
        negative_sample_rate=NEGATIVE_SAMPLES_LARGE if is_large else NEGATIVE_SAMPLES,
        metric=settings.metric,
        init=ready.start(dims, seed).astype(np.float32),
        precomputed_knn=(indices, distances, None),
        random_state=seed,
        n_jobs=1,  # with more, a seed would not give the same map
        tqdm_kwds=None if progress is silent else _bar_options(progress),
    )
    with warnings.catch_warnings():
        # It warns that rows cannot be added later without a search index, which is never done here.
        warnings.simplefilter("ignore", UserWarning)
        return np.asarray(mapper.fit_transform(ready.rows))


@cache
def _keep_compiled() -> None:
    """Make numba cache compiled functions on disk: otherwise each process compiles them for five seconds."""
    from umap import layouts, umap_

    for function in (
        umap_.smooth_knn_dist,
        umap_.compute_membership_strengths,
        layouts._nb_optimize_layout_euclidean_single_epoch,
    ):
        function.enable_caching()


class _Steps:
    """A file for umap's progress bar: reads "done/total" from what is written and reports it."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.is_closed = False

    def write(self, text: str) -> None:
        """Report the steps; never again after `progress` raised, as closing the bar writes once more."""
        steps = re.search(r"(\d+)/(\d+)", text)
        if steps and not self.is_closed:
            self.is_closed = True
            self.progress("UMAP", int(steps[1]), int(steps[2]))
            self.is_closed = False

    def flush(self) -> None:
        """Do nothing: there is no buffer."""


def _bar_options(progress: Progress) -> dict[str, Any]:
    """Return the options of umap's progress bar, the only thing it calls while it works."""
    # With miniters, tqdm draws in this thread only, so what progress raises ends the work.
    return {
        "disable": False,
        "file": _Steps(progress),
        "bar_format": "{n_fmt}/{total_fmt}",
        "miniters": 1,
        "mininterval": 0,
    }


@contextmanager
def without_tensorflow() -> Iterator[None]:
    """Keep ``import umap`` from loading TensorFlow, which only its parametric variant needs (5 s, 1 GB)."""
    if "umap" in sys.modules or "tensorflow" in sys.modules:
        yield
        return
    # None makes an import fail at once (https://docs.python.org/3/reference/import.html#the-module-cache).
    sys.modules["tensorflow"] = None  # type: ignore[assignment]  # typeshed knows modules only
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ImportWarning)
            yield
    finally:
        del sys.modules["tensorflow"]

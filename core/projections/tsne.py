"""t-SNE maps (van der Maaten and Hinton, 2008) by openTSNE (Poličar et al., 2024)."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
from openTSNE import TSNEEmbedding
from openTSNE.affinity import PerplexityBasedNN
from openTSNE.nearest_neighbors import PrecomputedNeighbors

from core.common.progress import Progress, silent
from core.nearest.exact import EuclideanNeighbours, Neighbours
from core.onnx.sessions import threads
from core.projections.prepared import Prepared
from core.projections.settings import MapSettings

EXAGGERATED, PLAIN = 250, 500
SAMPLE_3D = 4000
REFINEMENTS_3D = 50
# Below this many rows Barnes-Hut is faster than interpolation, and one thread is faster than two.
FEW = 3000
STEPS_PER_REPORT = 10
# Width of the interpolation's grid cells. With openTSNE's 1, a map of 25,000 rows takes three times as long
# and is no better.
CELL = 2


def draw_tsne(
    ready: Prepared, dims: int, seed: int, settings: MapSettings, progress: Progress = silent
) -> np.ndarray:
    """Draw the unique rows, float64 (u, dims).

    Two dimensions: FIt-SNE's interpolation (Linderman et al., 2019), initialised with the principal
    components. It has no third dimension, and Barnes-Hut alone would need minutes. So in three dimensions a
    random sample of 4,000 rows is drawn by Barnes-Hut, every other row is placed at its nearest sampled row,
    and all are optimised for 50 more steps: on 25,548 product names as trustworthy as two dimensions (0.98).
    """
    begin = 1e-4 * ready.start(dims, seed)
    neighbours = ceil(3 * settings.perplexity)
    sampled = dims == 3 and len(begin) > SAMPLE_3D
    steps = _Steps(progress, EXAGGERATED + PLAIN + (REFINEMENTS_3D if sampled else 0))
    nearest = ready.graph.nearest(neighbours, progress)
    steps.report(0)
    if not sampled:
        return _embed(begin, nearest, seed, settings, steps)
    rng = np.random.default_rng(seed)
    sample = np.sort(rng.permutation(len(begin))[:SAMPLE_3D])
    rows = ready.rows[sample]
    drawn = _embed(begin[sample], ready.graph.search(rows, neighbours), seed, settings, steps)
    at = drawn[ready.graph.search(rows, 1, ready.rows).indices[:, 0]]
    at += rng.normal(scale=1e-3 * drawn.std(), size=at.shape)
    embedding = _embedding(at, nearest, seed, settings)
    after = EXAGGERATED + PLAIN
    return np.asarray(embedding.optimize(REFINEMENTS_3D, momentum=0.8, **steps.options(after)))


@dataclass(frozen=True)
class _Steps:
    """Reports how many steps of gradient descent are done."""

    progress: Progress
    total: int

    def report(self, done: int) -> None:
        self.progress("t-SNE", done, self.total)

    def options(self, before: int) -> dict[str, Any]:
        """Return the options that make openTSNE report its steps; earlier calls did `before` of them."""
        if self.progress is silent:
            return {}  # reports cost time: the error is computed for each

        def callback(step: int, error: float, embedding: np.ndarray) -> None:
            self.report(before + step)

        return {"callbacks": callback, "callbacks_every_iters": STEPS_PER_REPORT}


def _embed(
    begin: np.ndarray,
    nearest: Neighbours | EuclideanNeighbours,
    seed: int,
    settings: MapSettings,
    steps: _Steps,
) -> np.ndarray:
    embedding = _embedding(begin, nearest, seed, settings)
    embedding = embedding.optimize(EXAGGERATED, exaggeration=12, momentum=0.5, **steps.options(0))
    return np.asarray(embedding.optimize(PLAIN, momentum=0.8, **steps.options(EXAGGERATED)))


def _embedding(
    begin: np.ndarray, nearest: Neighbours | EuclideanNeighbours, seed: int, settings: MapSettings
) -> TSNEEmbedding:
    few = len(begin) < FEW
    jobs = 1 if few else threads()
    affinities = PerplexityBasedNN(
        perplexity=min(settings.perplexity, nearest.indices.shape[1] / 3),
        knn_index=PrecomputedNeighbors(nearest.indices, nearest.distance),
        n_jobs=jobs,
    )
    return TSNEEmbedding(
        begin,
        affinities,
        negative_gradient_method="fft" if begin.shape[1] == 2 and not few else "bh",
        theta=0.5 if few else 0.8,
        ints_in_interval=CELL,
        n_jobs=jobs,
        random_state=seed,
    )

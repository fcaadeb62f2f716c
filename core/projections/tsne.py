"""t-SNE maps (van der Maaten and Hinton, 2008) by openTSNE (Poličar et al., 2024)."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
from openTSNE import TSNEEmbedding
from openTSNE.affinity import PerplexityBasedNN
from openTSNE.nearest_neighbors import PrecomputedNeighbors

from core.common.progress import Progress, silent
from core.nearest.exact import Closest, Neighbours
from core.onnx.sessions import threads
from core.projections.prepared import Prepared
from core.projections.settings import MapSettings

EXAGGERATED, PLAIN = 250, 500
SAMPLE_3D = 4000
REFINEMENTS_3D = 50
# Below this many rows Barnes-Hut is faster than interpolation, and one thread than two.
FEW = 3000
TOLD_EVERY = 10
# Width of the cells that interpolation lays over a map. With openTSNE's 1 a map of 25,000 rows takes three
# times as long and is no better.
CELL = 2


def draw_tsne(
    ready: Prepared, dims: int, seed: int, settings: MapSettings, progress: Progress = silent
) -> np.ndarray:
    """Draw the unique rows, float64 (u, dims).

    Two dimensions: FIt-SNE's interpolation (Linderman et al., 2019), from a start along the principal
    components. It knows no third dimension, and Barnes-Hut alone would need minutes. So in three dimensions
    a seeded sample of 4,000 rows is drawn by Barnes-Hut, every other row set down at its nearest sampled row,
    and the whole moved for 50 more steps: on 25,548 product names as trustworthy as two dimensions (0.98).
    """
    begin = 1e-4 * ready.start(dims, seed)
    neighbours = ceil(3 * settings.perplexity)
    sampled = dims == 3 and len(begin) > SAMPLE_3D
    steps = _Steps(progress, EXAGGERATED + PLAIN + (REFINEMENTS_3D if sampled else 0))
    around = ready.graph.nearest(neighbours, progress)
    steps.at(0)
    if not sampled:
        return _embed(begin, around, seed, settings, steps)
    rng = np.random.default_rng(seed)
    sample = np.sort(rng.permutation(len(begin))[:SAMPLE_3D])
    rows = ready.rows[sample]
    drawn = _embed(begin[sample], ready.graph.search(rows, neighbours), seed, settings, steps)
    at = drawn[ready.graph.search(rows, 1, ready.rows).indices[:, 0]]
    at += rng.normal(scale=1e-3 * drawn.std(), size=at.shape)
    embedding = _embedding(at, around, seed, settings)
    after = EXAGGERATED + PLAIN
    return np.asarray(embedding.optimize(REFINEMENTS_3D, momentum=0.8, **steps.told(after)))


@dataclass(frozen=True)
class _Steps:
    """Tells how many steps of gradient descent are done."""

    progress: Progress
    total: int

    def at(self, done: int) -> None:
        self.progress("t-SNE", done, self.total)

    def told(self, before: int) -> dict:
        """Return what makes openTSNE tell of its steps, `before` of which were done by earlier calls."""
        if self.progress is silent:
            return {}  # being told costs time: the error is computed each time

        def callback(step: int, error: float, embedding: np.ndarray) -> None:
            self.at(before + step)

        return {"callbacks": callback, "callbacks_every_iters": TOLD_EVERY}


def _embed(
    begin: np.ndarray, around: Neighbours | Closest, seed: int, settings: MapSettings, steps: _Steps
) -> np.ndarray:
    embedding = _embedding(begin, around, seed, settings)
    embedding = embedding.optimize(EXAGGERATED, exaggeration=12, momentum=0.5, **steps.told(0))
    return np.asarray(embedding.optimize(PLAIN, momentum=0.8, **steps.told(EXAGGERATED)))


def _embedding(
    begin: np.ndarray, around: Neighbours | Closest, seed: int, settings: MapSettings
) -> TSNEEmbedding:
    few = len(begin) < FEW
    jobs = 1 if few else threads()
    affinities = PerplexityBasedNN(
        perplexity=min(settings.perplexity, around.indices.shape[1] / 3),
        knn_index=PrecomputedNeighbors(around.indices, around.distance),
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

"""t-SNE maps (van der Maaten and Hinton, 2008) by openTSNE (Poličar et al., 2024)."""

from __future__ import annotations

import numpy as np
from openTSNE import TSNEEmbedding
from openTSNE.affinity import PerplexityBasedNN
from openTSNE.nearest_neighbors import PrecomputedNeighbors

from core.neighbours import Neighbours, nearest
from core.projections.prepared import NEIGHBOURS, Prepared
from core.runtime import threads

SAMPLE_3D = 4000
REFINEMENTS_3D = 50
# Below this many rows Barnes-Hut is faster than interpolation, and one thread than two.
FEW = 3000


def draw_tsne(ready: Prepared, dims: int, seed: int) -> np.ndarray:
    """Draw the unique rows, float64 (u, dims).

    Two dimensions: FIt-SNE's interpolation (Linderman et al., 2019), from a start along the principal
    components. It knows no third dimension, and Barnes-Hut alone would need minutes. So in three dimensions
    a seeded sample of 4,000 rows is drawn by Barnes-Hut, every other row set down at its nearest sampled row,
    and the whole moved for 50 more steps: on 25,548 product names as trustworthy as two dimensions (0.98).
    """
    begin = 1e-4 * ready.start(dims, seed)
    if dims == 2 or len(begin) <= SAMPLE_3D:
        return _embed(begin, ready.neighbours, seed)
    rng = np.random.default_rng(seed)
    sample = np.sort(rng.permutation(len(begin))[:SAMPLE_3D])
    drawn = _embed(begin[sample], nearest(ready.rows[sample], NEIGHBOURS), seed)
    at = drawn[nearest(ready.rows[sample], 1, ready.rows).indices[:, 0]]
    at += rng.normal(scale=1e-3 * drawn.std(), size=at.shape)
    embedding = _embedding(at, ready.neighbours, seed)
    return np.asarray(embedding.optimize(REFINEMENTS_3D, momentum=0.8))


def _embed(begin: np.ndarray, neighbours: Neighbours, seed: int) -> np.ndarray:
    embedding = _embedding(begin, neighbours, seed)
    embedding = embedding.optimize(250, exaggeration=12, momentum=0.5)
    return np.asarray(embedding.optimize(500, momentum=0.8))


def _embedding(begin: np.ndarray, neighbours: Neighbours, seed: int) -> TSNEEmbedding:
    few = len(begin) < FEW
    jobs = 1 if few else threads()
    k = neighbours.indices.shape[1]
    distances = np.sqrt(np.maximum(2 - 2 * neighbours.similarity, 0))
    affinities = PerplexityBasedNN(
        perplexity=k / 3, knn_index=PrecomputedNeighbors(neighbours.indices, distances), n_jobs=jobs
    )
    return TSNEEmbedding(
        begin,
        affinities,
        negative_gradient_method="fft" if begin.shape[1] == 2 and not few else "bh",
        theta=0.5 if few else 0.8,
        n_jobs=jobs,
        random_state=seed,
    )

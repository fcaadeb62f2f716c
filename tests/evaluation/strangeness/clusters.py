"""Made-up categories: clusters of vectors of length 1."""

import numpy as np

DIM = 24


def unit(vectors):
    return (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)


def centres(k, seed=0):
    """Return k directions at right angles to each other, float (k, DIM)."""
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(DIM, DIM)))[0][:k]


def around(centre, n, seed=0, noise=0.08):
    """Return n vectors near a direction, float32 (n, DIM)."""
    return unit(centre + noise * np.random.default_rng(seed).normal(size=(n, DIM)))


def categories(k, each=40, seed=0):
    """Return vectors, float32 (k * each, DIM), and their categories, int64."""
    vectors = np.concatenate([around(c, each, seed + at) for at, c in enumerate(centres(k))])
    return vectors, np.repeat(np.arange(k), each)


def nothing_written(n):
    """Return empty texts, object (n,)."""
    return np.full(n, "", dtype=object)

"""Vectors to draw maps of."""

import numpy as np


def clusters(n=240, d=12, groups=4, seed=0):
    """Vectors of length one around a few centres, and which centre each is of."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, groups, n)
    vectors = 3 * np.eye(d)[y] + rng.normal(scale=0.4, size=(n, d))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), y

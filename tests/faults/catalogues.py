"""Made-up products for tests of duplicates and leaks."""

import numpy as np

from core.faults.product_neighbours import find_neighbours


def products(n=40, d=24, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, d)).astype(np.float32)


def neighbours(text=None, image=None, has_text=None, has_image=None):
    given = {"text": (text, has_text), "image": (image, has_image)}
    return {
        name: find_neighbours(vectors, np.ones(len(vectors), bool) if has is None else has)
        for name, (vectors, has) in given.items()
        if vectors is not None
    }


def nudged(row, by, seed=9):
    return row + np.random.default_rng(seed).normal(size=row.shape).astype(np.float32) * by


def pairs_of(duplicates):
    return [tuple(pair) for pair in duplicates.pairs.tolist()]


def names(n=40):
    return [f"thing {i}" for i in range(n)]

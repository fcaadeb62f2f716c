"""Labels and probabilities for the tests of scores, tables and thresholds."""

import numpy as np

CLASSES = ("bag", "hat", "shoe", "watch", 'a class, with "quotes"')


def answers(n=400, k=5, seed=0, skill=2.0):
    rng = np.random.default_rng(seed)
    y = rng.integers(0, k, n)
    scores = rng.normal(size=(n, k)) + skill * np.eye(k)[y]
    powers = np.exp(scores)
    return y, powers / powers.sum(axis=1, keepdims=True)

import numpy as np

from core.heads.tree import DEPTHS
from tests.heads.products import rows, train_on


def test_validation_products_choose_the_smallest_depth_that_does_best():
    rng = np.random.default_rng(0)
    X = rng.uniform(-1, 1, (400, 16)).astype(np.float32)
    y = 2 * (X[:, 0] > 0) + (X[:, 1] > 0)
    head = train_on("decision_tree", X[100:], y[100:], X[:100], y[:100])
    assert head.settings["depth"] == 2  # two questions tell the four categories apart
    other = train_on("decision_tree", X[100:], y[100:], X[:0], y[:0])
    assert other.settings["depth"] not in DEPTHS[:2]


def test_a_noisy_tree_stays_small():
    X, y = rows(300, noise=1.5)
    head = train_on("decision_tree", X[100:], y[100:], X[:100], y[:100])
    assert head.settings["depth"] < max(DEPTHS)

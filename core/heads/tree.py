"""The decision tree head: one tree, whose questions can be read."""

from __future__ import annotations

import numpy as np

from core.heads.fitted import FittedSklearn
from core.heads.readers.vectors import VectorReader
from core.heads.setting import whole
from core.heads.task import TrainingTask

DEPTHS = (2, 4, 6, 8, 12, 16, 24)
DEFAULT_DEPTH = 8
"""Where there are no validation products to choose on."""
DEPTH = whole("depth", None, 1, 64)
LEAF = whole("leaf", 1, 1, 10_000)
SETTINGS = (DEPTH, LEAF)
"""How deep it may be; how many products a leaf has at least."""


def fit_decision_tree(task: TrainingTask) -> FittedSklearn:
    """Fit a decision tree (Breiman et al., 1984); its depth has the highest accuracy on validation products.

    Of depths that do equally well, the smallest is taken. Leaves answer with shares of few products, so their
    log loss says little; the calibrator mends them.
    """
    from sklearn.tree import DecisionTreeClassifier

    leaf, chosen = LEAF.of(task.wanted), DEPTH.chosen(task.wanted)
    if chosen is not None:
        depths: tuple[int, ...] = (chosen,)
    elif len(task.y_val):
        depths = DEPTHS
    else:
        depths = (int(task.settings.get("depth", DEFAULT_DEPTH)),)
    best, most = None, -np.inf
    for depth in depths:
        tree = DecisionTreeClassifier(max_depth=depth, min_samples_leaf=leaf, random_state=task.seed)
        tree.fit(task.X, task.y, task.weights)
        right = (
            np.average(tree.predict(task.X_val) == task.y_val, weights=task.weights_val)
            if len(task.y_val)
            else 0.0
        )
        if right > most:
            best, most = tree, right
        if tree.get_depth() < depth:
            break  # deeper ones are the same
    assert best is not None
    return FittedSklearn(VectorReader(task.modality), best, {"depth": best.max_depth, "leaf": leaf})

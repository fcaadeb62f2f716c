"""The random forest head."""

from __future__ import annotations

import math

from core.heads.fitted import FittedSklearn
from core.heads.readers.vectors import VectorReader
from core.heads.setting import whole
from core.heads.task import TrainingTask
from core.onnx.sessions import threads

ROWS_PER_TREE = 10_000
"""Products a tree draws, at most: bounds time and file size, however large the catalogue."""
UNLIMITED = 64
"""A depth that no tree reaches: each node more halves the products it has, or nearly so."""
ASKED = 4
"""Numbers that a split may ask, in square roots of their count: of two catalogues' vectors, out of fold, four
gave a Brier score a tenth lower than the usual one, and smaller trees."""
LEAST_LEAVES, PRODUCTS_A_LEAF = 128, 12
"""Leaves of a tree: so many, and in a large catalogue one for each so many products that the tree draws. On
those catalogues' vectors more leaves were no better, and files are below 1 MB up to 1,500 products."""
TREES = whole("trees", 100, 1, 2000)
DEPTH = whole("depth", UNLIMITED, 1, UNLIMITED)
LEAF = whole("leaf", 1, 1, 10_000)
LEAVES = whole("leaves", None, 2, 10_000)
SETTINGS = (TREES, DEPTH, LEAF, LEAVES)
"""How many trees; how deep each may be; how many products a leaf has at least; how many leaves a tree has at
most."""


def fit_random_forest(task: TrainingTask, rows_per_tree: int = ROWS_PER_TREE) -> FittedSklearn:
    """Fit a random forest (Breiman, 2001)."""
    from sklearn.ensemble import RandomForestClassifier

    drawn = min(len(task.y), rows_per_tree)
    leaves = LEAVES.chosen(task.wanted) or max(LEAST_LEAVES, drawn // PRODUCTS_A_LEAF)
    settings = {setting.name: setting.of(task.wanted) for setting in (TREES, DEPTH, LEAF)}
    width = task.X.shape[1]
    model = RandomForestClassifier(
        settings["trees"],
        max_depth=settings["depth"],
        min_samples_leaf=settings["leaf"],
        max_leaf_nodes=leaves,
        max_features=min(width, ASKED * math.isqrt(width)),
        max_samples=rows_per_tree if len(task.y) > rows_per_tree else None,
        n_jobs=threads(),
        random_state=task.seed,
    )
    model.fit(task.X, task.y, task.weights)
    return FittedSklearn(VectorReader(task.modality), model, {**settings, "leaves": leaves})

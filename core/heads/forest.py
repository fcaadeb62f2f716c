"""The random forest head."""

from __future__ import annotations

from core.heads.fitted import FittedSklearn
from core.heads.readers.vectors import VectorReader
from core.heads.setting import whole
from core.heads.task import TrainingTask
from core.onnx.sessions import threads

ROWS_PER_TREE = 10_000
"""Products a tree draws, at most: bounds time and file size, however large the catalogue."""
UNLIMITED = 64
"""A depth that no tree reaches: each node more halves the products it has, or nearly so."""
TREES = whole("trees", 100, 1, 2000)
DEPTH = whole("depth", UNLIMITED, 1, UNLIMITED)
LEAF = whole("leaf", 1, 1, 10_000)
SETTINGS = (TREES, DEPTH, LEAF)
"""How many trees; how deep each may be; how many products a leaf has at least."""


def fit_random_forest(task: TrainingTask, rows_per_tree: int = ROWS_PER_TREE) -> FittedSklearn:
    """Fit a random forest (Breiman, 2001)."""
    from sklearn.ensemble import RandomForestClassifier

    settings = {setting.name: setting.of(task.wanted) for setting in SETTINGS}
    model = RandomForestClassifier(
        settings["trees"],
        max_depth=settings["depth"],
        min_samples_leaf=settings["leaf"],
        max_samples=rows_per_tree if len(task.y) > rows_per_tree else None,
        n_jobs=threads(),
        random_state=task.seed,
    )
    model.fit(task.X, task.y, task.weights)
    return FittedSklearn(VectorReader(task.modality), model, settings)

"""The random forest head."""

from __future__ import annotations

from core.heads.fitted import FittedSklearn
from core.heads.readers.vectors import VectorReader
from core.heads.task import TrainingTask
from core.onnx.sessions import threads

TREES = 100
ROWS_PER_TREE = 10_000
"""Products a tree draws, at most: bounds time and file size, however large the catalogue."""


def fit_random_forest(task: TrainingTask, rows_per_tree: int = ROWS_PER_TREE) -> FittedSklearn:
    """Fit a random forest (Breiman, 2001)."""
    from sklearn.ensemble import RandomForestClassifier

    model = RandomForestClassifier(
        TREES,
        max_samples=rows_per_tree if len(task.y) > rows_per_tree else None,
        n_jobs=threads(),
        random_state=task.seed,
    )
    model.fit(task.X, task.y)
    return FittedSklearn(VectorReader(task.modality), model, {"trees": TREES})

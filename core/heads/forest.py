"""The random forest head."""

from __future__ import annotations

from core.heads.fitted import FittedSklearn, Lesson
from core.heads.readers import Vectors
from core.onnx.sessions import threads

TREES = 100
# A tree draws this many rows at most: time and file size then stay bounded, whatever the catalogue's size.
ROWS_PER_TREE = 10_000


def fit_random_forest(lesson: Lesson) -> FittedSklearn:
    """Fit a random forest (Breiman, 2001)."""
    from sklearn.ensemble import RandomForestClassifier

    model = RandomForestClassifier(
        TREES,
        max_samples=ROWS_PER_TREE if len(lesson.y) > ROWS_PER_TREE else None,
        n_jobs=threads(),
        random_state=lesson.seed,
    )
    model.fit(lesson.X, lesson.y)
    return FittedSklearn(Vectors(lesson.modality), model, {"trees": TREES})

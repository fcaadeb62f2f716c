"""The random forest head."""

from __future__ import annotations

from core.heads.fitted import FittedSklearn, Lesson
from core.runtime import threads

TREES = 200


def fit_random_forest(lesson: Lesson) -> FittedSklearn:
    """Fit a random forest (Breiman, 2001)."""
    from sklearn.ensemble import RandomForestClassifier

    model = RandomForestClassifier(TREES, n_jobs=threads(), random_state=lesson.seed)
    model.fit(lesson.X, lesson.y)
    return FittedSklearn(model, {"trees": TREES})

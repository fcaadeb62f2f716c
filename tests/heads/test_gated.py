import numpy as np
import pytest

from core.features.vectors import Features
from core.heads.gated import with_dropped_sides
from core.heads.inputs import Inputs
from core.heads.task import TrainingTask
from core.heads.training import train_head


def test_some_products_lose_a_side_in_training():
    X, y = np.ones((100, 5), np.float32), np.arange(100) % 3
    X[:10, :2] = 0  # no text, so that nothing may be taken from them
    more, labels = with_dropped_sides(X, y, 2, seed=0)
    assert len(more) == len(labels) == 100 + 2 * int(0.15 * 90)
    added = more[100:]
    without_text, without_image = ~added[:, :2].any(axis=1), ~added[:, 2:].any(axis=1)
    assert (without_text ^ without_image).all()
    assert without_text.sum() == without_image.sum()


@pytest.mark.slow
def test_the_gate_answers_products_that_lack_a_side():
    rng = np.random.default_rng(5)
    y = np.arange(600) % 3
    sides = {
        m: (np.eye(3)[y] + rng.normal(scale=0.3, size=(600, 3))).astype(np.float32) for m in ("text", "image")
    }
    sides = {m: one / np.linalg.norm(one, axis=1, keepdims=True) for m, one in sides.items()}
    every = np.ones(600, bool)
    given = Inputs.of({m: Features(one, every) for m, one in sides.items()})
    half = np.arange(600) < 300
    head = train_head(
        "gated", TrainingTask("fused", given.take(half), y[half], given.take(~half), y[~half], range(3))
    )
    for kept in ("text", "image"):
        blank = {m: one if m == kept else np.zeros_like(one) for m, one in sides.items()}
        lone = Inputs.of({m: Features(one, every if m == kept else ~every) for m, one in blank.items()})
        assert (head.predict_proba(lone.take(~half)).argmax(axis=1) == y[~half]).mean() > 0.85

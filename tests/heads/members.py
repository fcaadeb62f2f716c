"""Products with the probabilities of two member heads, and a combining head trained on them."""

import numpy as np

from core.features.vectors import Features
from core.heads.inputs import Inputs
from core.heads.key import HeadKey
from core.heads.task import TrainingTask
from core.heads.training import train_head

TEXT, IMAGE = HeadKey("text", "a"), HeadKey("image", "b")


def logits(y, k, skill, rng):
    """Centred log-probabilities of a head that is right as often as `skill` makes it."""
    raw = skill * np.eye(k)[y] + rng.normal(size=(len(y), k))
    return raw - raw.mean(axis=1, keepdims=True)


def probabilities(y, k, skill, rng):
    odds = np.exp(logits(y, k, skill, rng))
    return (odds / odds.sum(axis=1, keepdims=True)).astype(np.float32)


def inputs(y, rng, *, text=2.5, image=1.0):
    n, k = len(y), y.max() + 1
    features = {m: Features(np.ones((n, 2), np.float32), np.ones(n, bool)) for m in ("text", "image")}
    members = {TEXT: probabilities(y, k, text, rng), IMAGE: probabilities(y, k, image, rng)}
    return Inputs.of(features).with_members(members)


def fit(name, y, rng, **more):
    given = inputs(y, rng, **more)
    half = np.arange(len(y)) % 2 == 0
    task = TrainingTask(
        "fused",
        given.take(half),
        y[half],
        given.take(~half),
        y[~half],
        range(int(y.max() + 1)),
        members=(TEXT, IMAGE),
    )
    return train_head(name, task)


def accuracy(proba, y):
    return (proba.argmax(axis=1) == y).mean()


def gains(name, seed, **more):
    """Accuracy on new products of a combining head and of each of its members."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 4, 3000)
    head = fit(name, y, rng, **more)
    new_y = rng.integers(0, 4, 3000)
    new = inputs(new_y, rng, **more)
    single = {key: accuracy(proba, new_y) for key, proba in new.member_probabilities.items()}
    return accuracy(head.predict_proba(new), new_y), single

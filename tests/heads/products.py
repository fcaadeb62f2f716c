"""Products that heads are trained on in tests: vectors around class centres, and texts of class words."""

import numpy as np

from core.features.parts import PartsProjection
from core.features.vectors import Features
from core.heads.inputs import Inputs
from core.heads.key import HeadKey
from core.heads.registry import get_head
from core.heads.task import TrainingTask
from core.heads.training import train_head

MEMBERS = (HeadKey("text", "one"), HeadKey("image", "other"))
WORDS = (
    *("lamp glow bulb", "mugs cups handle", "chair seat cushion", "shoe lace sole"),
    *("camera lens zoom", "watch strap dial", "towel cotton soft", "knife blade steel"),
)


def rows(n=240, d=16, k=4, seed=0, noise=0.35):
    """Vectors of length 1 around k centres, and the centre of each."""
    rng = np.random.default_rng(seed)
    y = np.arange(n) % k
    vectors = np.eye(d)[y] + rng.normal(scale=noise, size=(n, d))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), y


def parts_of(X, seed=0):
    """Three parts of each product: its vector, noise, and none."""
    noise = np.random.default_rng(seed).normal(size=X.shape) / 4
    return np.stack([X, noise, np.zeros_like(X)], axis=1).astype(np.float16)


def products(X, y=None, seed=0):
    """Products with X as text and as image vectors; where classes are given, texts of their words."""
    rng = np.random.default_rng(seed)
    features = Features(X, np.ones(len(X), dtype=bool), parts=parts_of(X, seed))
    texts = [""] * len(X)
    if y is not None:
        noise = rng.choice(["blue", "new", "set", "of"], (len(X), 2))
        words = [rng.choice(WORDS[label].split(), 3) for label in y]
        texts = [" ".join([*own, *others]) for own, others in zip(words, noise, strict=True)]
    odds = np.exp(6 * X)
    proba = odds[:, :4] / odds[:, :4].sum(axis=1, keepdims=True)
    inputs = Inputs.of({"text": features, "image": features}, texts)
    return inputs.with_members(dict.fromkeys(MEMBERS, proba.astype(np.float32)))


def task_of(name, X, y, X_val, y_val, n_classes=4, seed=0):
    """What the head `name` is fitted on in these tests."""
    entry = get_head(name)
    modality = "fused" if entry.combines else entry.modalities[0]
    width = 2 * X.shape[1] if modality == "fused" else X.shape[1]
    return TrainingTask(
        modality,
        products(X, y),
        y,
        products(X_val, y_val, seed=1),
        y_val,
        range(n_classes),
        name_vectors=10 * np.eye(n_classes, width, dtype=np.float32),
        projections=dict.fromkeys(("text", "image"), PartsProjection.whole(3, X.shape[1])),
        members=MEMBERS if entry.combines else (),
        seed=seed,
    )


def train_on(name, *data, **more):
    return train_head(name, task_of(name, *data, **more))


def train(name, n_classes=4, seed=0, **more):
    X, y = rows(**more)
    third = len(X) // 3
    return train_on(name, X[third:], y[third:], X[:third], y[:third], n_classes=n_classes, seed=seed)

"""Cross-attention: each token of the text looks at the image's regions, and each region at the tokens.

Scaled dot-product attention (Vaswani et al. 2017, https://arxiv.org/abs/1706.03762) in both directions, as in
LXMERT (Tan and Bansal 2019, https://arxiv.org/abs/1908.07490), with one layer and few units: catalogues are
small. What it finds stands beside a dense layer on both vectors.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from core.heads.keras_training import EPOCHS, OPTIMISER, RATE, Recipe, import_keras, train
from core.heads.losses import Losses
from core.heads.readers.parts import PartsReader
from core.heads.readers.reader import Feeds
from core.heads.setting import number, whole
from core.heads.task import Settings, TrainingTask

if TYPE_CHECKING:
    import keras
    import onnx

DENSE = 192
UNITS = whole("units", 48, 4, 256)
DROPOUT = number("dropout", 0.4, 0, 0.95)
SETTINGS = (UNITS, DROPOUT, RATE, OPTIMISER, EPOCHS)
"""Width of the attention; dropout before the classes; how it is trained."""
FAR = 1e4
"""Taken from the scores of tokens that are not there."""


@dataclass(frozen=True)
class FittedAttention:
    """A trained cross-attention network."""

    reader: PartsReader
    model: keras.Model
    settings: Settings
    losses: Losses

    def predict_proba(self, feeds: Feeds) -> np.ndarray:
        """Return float32 (n, n_classes)."""
        return np.asarray(self.model.predict(feeds, batch_size=512, verbose=0))

    def to_onnx(self) -> onnx.ModelProto:
        """Write the network operator by operator."""
        from core.heads.attention_graph import attention_graph

        return attention_graph(self.model, FAR)


def fit_attention(task: TrainingTask) -> FittedAttention:
    """Fit the network (`core.heads.keras_training`)."""
    keras, recipe = import_keras(task.seed), Recipe.of(task.wanted)
    shape: dict[str, int | float] = {"units": UNITS.of(task.wanted), "dropout": DROPOUT.of(task.wanted)}
    reader = PartsReader(task.projections)
    feeds, feeds_val = reader(task.train), reader(task.validation)
    model = _network(keras, {name: each.shape[1:] for name, each in feeds.items()}, task.n_classes, **shape)
    losses = train("cross_attention", model, feeds, feeds_val, task, recipe)
    shapes = {side: feeds[f"{side}_parts"].shape for side in ("text", "image")}
    settings = {
        **shape,
        **recipe.settings(losses),
        "tokens": shapes["text"][1],
        "regions": shapes["image"][1],
        "numbers per part": shapes["text"][2],
    }
    return FittedAttention(reader, model, settings, losses)


def _network(
    keras: ModuleType, shapes: dict[str, tuple[int, ...]], n_classes: int, units: float, dropout: float
) -> keras.Model:
    """Return attention in both directions, means, the vectors' dense layer beside them, and a softmax."""
    layers, ops = keras.layers, keras.ops
    inputs = {name: layers.Input(shape, name=name) for name, shape in shapes.items()}
    kept = inputs["tokens"]

    def seen(side: str, other: str) -> Any:
        own, others = inputs[f"{side}_parts"], inputs[f"{other}_parts"]
        query, key, value = (
            layers.Dense(units, use_bias=False, name=f"{side}_{name}")(layers.Dropout(0.2)(parts))
            for name, parts in (("query", own), ("key", others), ("value", others))
        )
        scores = ops.matmul(query, ops.transpose(key, (0, 2, 1)))
        if other == "text":
            scores = scores - FAR * (1 - ops.expand_dims(kept, 1))
        found = ops.matmul(ops.softmax(scores, axis=-1), value)
        state = ops.tanh(layers.Dense(units, name=f"{side}_own")(own) + found)
        if side == "image":
            return ops.mean(state, axis=1)
        weights = ops.expand_dims(kept / ops.maximum(ops.sum(kept, axis=1, keepdims=True), 1.0), 2)
        return ops.sum(state * weights, axis=1)

    dense = layers.Dense(DENSE, activation="tanh", name="dense")(inputs["vectors"])
    joined = layers.Concatenate()([dense, seen("text", "image"), seen("image", "text")])
    output = layers.Dense(n_classes, activation="softmax", name="classes")(layers.Dropout(dropout)(joined))
    return keras.Model(inputs, output)

"""A gated network: for each product it decides how much to rely on text and how much on the image.

A gated multimodal unit (Arevalo et al. 2017, https://arxiv.org/abs/1702.01992).
"""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np

from core.heads.keras_training import EPOCHS, OPTIMISER, RATE, Recipe, import_keras, train
from core.heads.losses import Losses
from core.heads.readers.reader import Feeds
from core.heads.readers.vectors import VectorReader
from core.heads.setting import number, whole
from core.heads.task import Settings, TrainingTask

if TYPE_CHECKING:
    import keras
    import onnx

UNITS = whole("units", 192, 1, 1024)
DROPOUT = number("dropout", 0.4, 0, 0.95)
SETTINGS = (UNITS, DROPOUT, RATE, OPTIMISER, EPOCHS)
"""Units of each layer; share of them that is left out in training; how it is trained."""


@dataclass(frozen=True)
class FittedGate:
    """A trained gated network; of the vectors it reads, the first `text` numbers are the text's."""

    reader: VectorReader
    model: keras.Model
    text: int
    settings: Settings
    losses: Losses

    def predict_proba(self, feeds: Feeds) -> np.ndarray:
        """Return float32 (n, n_classes)."""
        sides = _sides(feeds["vectors"], self.text)
        return np.asarray(self.model.predict(sides, batch_size=4096, verbose=0))

    def to_onnx(self) -> onnx.ModelProto:
        """Write the network operator by operator."""
        from core.heads.onnx_graph import SHARES, model, node, whole_numbers

        weights = self._weights()
        width = len(weights["gate_kernel"])
        nodes = [
            node("Slice", ["vectors", "zero", "middle", "axis"], "text_side"),
            node("Slice", ["vectors", "middle", "end", "axis"], "image_side"),
        ]
        for side in ("text", "image"):
            nodes += [
                node("Gemm", [f"{side}_side", f"{side}_kernel", f"{side}_bias"], f"{side}_sum"),
                node("Tanh", [f"{side}_sum"], f"{side}_hidden"),
            ]
        nodes += [
            node("Gemm", ["vectors", "gate_kernel", "gate_bias"], "gate_sum"),
            node("Sigmoid", ["gate_sum"], "gate_open"),
            node("Sub", ["text_hidden", "image_hidden"], "difference"),
            node("Mul", ["gate_open", "difference"], "share"),
            node("Add", ["image_hidden", "share"], "mixed"),
            node("Gemm", ["mixed", "classes_kernel", "classes_bias"], "logits"),
            node("Softmax", ["logits"], SHARES, axis=1),
        ]
        bounds = {"zero": 0, "middle": self.text, "end": width, "axis": 1}
        constants = weights | {name: whole_numbers(value) for name, value in bounds.items()}
        return model("gated", nodes, {"vectors": (np.float32, ["rows", width])}, constants)

    def _weights(self) -> dict[str, np.ndarray]:
        """Return the weights of the dense layers: ``<layer>_kernel`` and ``<layer>_bias``, float32."""
        return {
            f"{name}_{kind}": value.astype(np.float32)
            for name in ("text", "image", "gate", "classes")
            for kind, value in zip(("kernel", "bias"), self.model.get_layer(name).get_weights(), strict=True)
        }


def fit_gated(task: TrainingTask) -> FittedGate:
    """Fit the network (`core.heads.keras_training`)."""
    keras, recipe = import_keras(task.seed), Recipe.of(task.wanted)
    text = task.train.vectors("text").shape[1]
    shape: dict[str, int | float] = {"units": UNITS.of(task.wanted), "dropout": DROPOUT.of(task.wanted)}
    model = _network(keras, text, task.X.shape[1] - text, task.n_classes, **shape)
    losses = train("gated", model, _sides(task.X, text), _sides(task.X_val, text), task, recipe)
    return FittedGate(VectorReader("fused"), model, text, {**shape, **recipe.settings(losses)}, losses)


def _network(
    keras: ModuleType, text: int, image: int, n_classes: int, units: float, dropout: float
) -> keras.Model:
    """Return tanh layers of text and image, a gate between them, and a softmax."""
    layers = keras.layers
    inputs = [
        layers.Input((size,), name=f"{side}_vectors") for side, size in (("text", text), ("image", image))
    ]
    hidden = [
        layers.Dense(units, activation="tanh", name=side)(vectors)
        for side, vectors in zip(("text", "image"), inputs, strict=True)
    ]
    gate = layers.Dense(units, activation="sigmoid", name="gate")(layers.Concatenate()(inputs))
    difference = layers.Subtract()(hidden)
    mixed = layers.Add()([hidden[1], layers.Multiply()([gate, difference])])
    output = layers.Dense(n_classes, activation="softmax", name="classes")(layers.Dropout(dropout)(mixed))
    return keras.Model(inputs, output)


def _sides(X: np.ndarray, text: int) -> Feeds:
    """Split fused vectors into those of text and image."""
    return {"text_vectors": X[:, :text], "image_vectors": X[:, text:]}

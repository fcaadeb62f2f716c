"""A gated network: for each product it decides how much to rely on text and how much on the image.

A gated multimodal unit (Arevalo et al. 2017, https://arxiv.org/abs/1702.01992), trained with modality
dropout (Neverova et al. 2016, https://arxiv.org/abs/1501.00102): some training products lose their text or
their image, so that the network also answers products that never had one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np

from core.heads.keras_training import import_keras, train
from core.heads.readers.reader import Feeds
from core.heads.readers.vectors import PaddedVectorReader
from core.heads.task import Settings, TrainingTask

if TYPE_CHECKING:
    import keras
    import onnx

UNITS = 192
DROPPED = 0.15
"""Share of the training products that lose their text; as many lose their image."""


@dataclass(frozen=True)
class FittedGate:
    """A trained gated network."""

    reader: PaddedVectorReader
    model: keras.Model
    settings: Settings

    def predict_proba(self, feeds: Feeds) -> np.ndarray:
        """Return float32 (n, n_classes)."""
        sides = _sides(feeds["vectors"], self.reader.text)
        return np.asarray(self.model.predict(sides, batch_size=4096, verbose=0))

    def to_onnx(self) -> onnx.ModelProto:
        """Write the network operator by operator."""
        from core.heads.onnx_graph import SHARES, model, node, whole_numbers

        width = self.reader.text + self.reader.image
        nodes = [
            node("Slice", ["vectors", "zero", "middle", "axis"], "text_side"),
            node("Slice", ["vectors", "middle", "end", "axis"], "image_side"),
        ]
        for side in ("text", "image"):
            nodes += [
                node("ReduceL2", [f"{side}_side", "axis"], f"{side}_length", keepdims=1),
                node("Gemm", [f"{side}_side", f"{side}_kernel", f"{side}_bias"], f"{side}_sum"),
                node("Tanh", [f"{side}_sum"], f"{side}_tanh"),
                node("Mul", [f"{side}_tanh", f"{side}_length"], f"{side}_hidden"),
            ]
        nodes += [
            node("Concat", ["vectors", "text_length", "image_length"], "all_inputs", axis=1),
            node("Gemm", ["all_inputs", "gate_kernel", "gate_bias"], "gate_sum"),
            node("Sigmoid", ["gate_sum"], "gate_open"),
            node("Sub", ["text_hidden", "image_hidden"], "difference"),
            node("Mul", ["gate_open", "difference"], "share"),
            node("Add", ["image_hidden", "share"], "mixed"),
            node("Gemm", ["mixed", "classes_kernel", "classes_bias"], "logits"),
            node("Softmax", ["logits"], SHARES, axis=1),
        ]
        bounds = {"zero": 0, "middle": self.reader.text, "end": width, "axis": 1}
        constants = self._weights() | {name: whole_numbers(value) for name, value in bounds.items()}
        return model("gated", nodes, {"vectors": (np.float32, ["rows", width])}, constants)

    def _weights(self) -> dict[str, np.ndarray]:
        """Return the weights of the dense layers: ``<layer>_kernel`` and ``<layer>_bias``, float32."""
        return {
            f"{name}_{kind}": value.astype(np.float32)
            for name in ("text", "image", "gate", "classes")
            for kind, value in zip(("kernel", "bias"), self.model.get_layer(name).get_weights(), strict=True)
        }


def fit_gated(task: TrainingTask) -> FittedGate:
    """Fit the network with Adam; some of the training products lose one side."""
    keras = import_keras(task.seed)
    width = task.train.vectors("text").shape[1]
    sizes = {"text": width, "image": task.X.shape[1] - width}
    model = _network(keras, sizes, task.n_classes)
    X, y = with_dropped_sides(task.X, task.y, width, task.seed)
    epochs = train("gated", model, _sides(X, width), y, _sides(task.X_val, width), task.y_val, task.progress)
    return FittedGate(PaddedVectorReader(**sizes), model, {"epochs": epochs, "units": UNITS})


def _network(keras: ModuleType, sizes: Mapping[str, int], n_classes: int) -> keras.Model:
    """Return tanh layers of text and image, a gate between them, and a softmax."""
    layers = keras.layers
    inputs, hidden = {}, {}
    for side, size in sizes.items():
        inputs[f"{side}_vectors"] = layers.Input((size,), name=f"{side}_vectors")
        inputs[f"{side}_length"] = layers.Input((1,), name=f"{side}_length")
        dense = layers.Dense(UNITS, activation="tanh", name=side)(inputs[f"{side}_vectors"])
        # A missing side has length 0, which keeps its bias from speaking for it.
        hidden[side] = layers.Multiply()([dense, inputs[f"{side}_length"]])
    order = ("text_vectors", "image_vectors", "text_length", "image_length")
    joined = layers.Concatenate()([inputs[name] for name in order])
    gate = layers.Dense(UNITS, activation="sigmoid", name="gate")(joined)
    difference = layers.Subtract()([hidden["text"], hidden["image"]])
    mixed = layers.Add()([hidden["image"], layers.Multiply()([gate, difference])])
    output = layers.Dense(n_classes, activation="softmax", name="classes")(layers.Dropout(0.4)(mixed))
    return keras.Model(inputs, output)


def with_dropped_sides(X: np.ndarray, y: np.ndarray, width: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Add copies of some products with text and image: one half without text, the other without image.

    Parameters
    ----------
    X
        float32 (n, d): text vectors in the first `width` columns, image vectors in the others.
    y
        int (n,): labels.
    width
        Length of a text vector.
    seed
        Fixes which products are copied.

    Returns
    -------
    tuple
        X and y, the copies after the originals.
    """
    both = np.flatnonzero(X[:, :width].any(axis=1) & X[:, width:].any(axis=1))
    drawn = np.random.default_rng(seed).permutation(both)[: 2 * int(DROPPED * len(both))]
    without_text, without_image = (X[half].copy() for half in np.array_split(drawn, 2))
    without_text[:, :width] = 0
    without_image[:, width:] = 0
    return np.concatenate([X, without_text, without_image]), np.concatenate([y, y[drawn]])


def _sides(X: np.ndarray, width: int) -> Feeds:
    """Split fused vectors into sides, and return the length of each: 1, or 0 where it is missing."""
    sides = {"text": X[:, :width], "image": X[:, width:]}
    lengths = {f"{side}_length": np.linalg.norm(part, axis=1, keepdims=True) for side, part in sides.items()}
    return {f"{side}_vectors": part for side, part in sides.items()} | lengths

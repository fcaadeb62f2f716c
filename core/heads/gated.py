"""A gated network: per product it decides how far to listen to the text and how far to the picture.

A gated multimodal unit (Arevalo et al. 2017, https://arxiv.org/abs/1702.01992), trained with modality
dropout (Neverova et al. 2016, https://arxiv.org/abs/1501.00102): now and then a training product loses its
text or its picture, so that the network answers products that never had one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.heads.fitted import Lesson
from core.heads.keras_training import import_keras, train
from core.heads.readers import Feeds, Sides

if TYPE_CHECKING:
    import keras
    import onnx

UNITS = 192
LOST = 0.15
"""Share of the training products that lose their text, and as many that lose their picture."""


@dataclass(frozen=True)
class FittedGate:
    """A trained gated network."""

    reader: Sides
    model: keras.Model
    settings: Mapping[str, float | int | str]

    def predict_proba(self, feeds: Feeds) -> np.ndarray:
        """Return float32 (n, n_classes)."""
        return self.model.predict(_sides(feeds["vectors"], self.reader.text), batch_size=4096, verbose=0)

    def to_onnx(self) -> onnx.ModelProto:
        """Write the network operator by operator."""
        from onnx import TensorProto, helper, numpy_helper

        layers = {
            name: self.model.get_layer(name).get_weights() for name in ("text", "image", "gate", "classes")
        }
        constants = {
            f"{name}_{kind}": value
            for name, weights in layers.items()
            for kind, value in zip(("kernel", "bias"), weights, strict=True)
        }
        width = self.reader.text + self.reader.image
        starts = {"zero": 0, "middle": self.reader.text, "end": width, "axis": 1}
        node = helper.make_node
        nodes = [
            node("Slice", ["vectors", "zero", "middle", "axis"], ["text_side"]),
            node("Slice", ["vectors", "middle", "end", "axis"], ["image_side"]),
        ]
        for side in ("text", "image"):
            nodes += [
                node("ReduceL2", [f"{side}_side", "axis"], [f"{side}_length"], keepdims=1),
                node("Gemm", [f"{side}_side", f"{side}_kernel", f"{side}_bias"], [f"{side}_sum"]),
                node("Tanh", [f"{side}_sum"], [f"{side}_tanh"]),
                node("Mul", [f"{side}_tanh", f"{side}_length"], [f"{side}_hidden"]),
            ]
        nodes += [
            node("Concat", ["vectors", "text_length", "image_length"], ["seen"], axis=1),
            node("Gemm", ["seen", "gate_kernel", "gate_bias"], ["gate_sum"]),
            node("Sigmoid", ["gate_sum"], ["gate_open"]),
            node("Sub", ["text_hidden", "image_hidden"], ["difference"]),
            node("Mul", ["gate_open", "difference"], ["share"]),
            node("Add", ["image_hidden", "share"], ["mixed"]),
            node("Gemm", ["mixed", "classes_kernel", "classes_bias"], ["logits"]),
            node("Softmax", ["logits"], ["shares"], axis=1),
        ]
        graph = helper.make_graph(
            nodes,
            "gated",
            [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["rows", width])],
            [helper.make_tensor_value_info("shares", TensorProto.FLOAT, ["rows", None])],
            [numpy_helper.from_array(value.astype(np.float32), name) for name, value in constants.items()]
            + [numpy_helper.from_array(np.int64([value]), name) for name, value in starts.items()],
        )
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)


def fit_gated(lesson: Lesson) -> FittedGate:
    """Fit tanh layers of text and picture, a gate between them, and a softmax, with Adam."""
    keras = import_keras(lesson.seed)
    layers = keras.layers
    width = lesson.train.vectors("text").shape[1]
    inputs, hidden = {}, {}
    sizes = {"text": width, "image": lesson.X.shape[1] - width}
    for side, size in sizes.items():
        inputs[side] = layers.Input((size,), name=f"{side}_vectors")
        inputs[f"{side}_length"] = layers.Input((1,), name=f"{side}_length")
        dense = layers.Dense(UNITS, activation="tanh", name=side)(inputs[side])
        # A side that is missing has length zero: its bias must not speak for it.
        hidden[side] = layers.Multiply()([dense, inputs[f"{side}_length"]])
    seen = layers.Concatenate()([inputs[name] for name in ("text", "image", "text_length", "image_length")])
    gate = layers.Dense(UNITS, activation="sigmoid", name="gate")(seen)
    difference = layers.Subtract()([hidden["text"], hidden["image"]])
    mixed = layers.Add()([hidden["image"], layers.Multiply()([gate, difference])])
    output = layers.Dense(lesson.n_classes, activation="softmax", name="classes")(layers.Dropout(0.4)(mixed))
    model = keras.Model(
        {f"{name}_vectors" if name in sizes else name: one for name, one in inputs.items()}, output
    )
    X, y = with_losses(lesson.X, lesson.y, width, lesson.seed)
    epochs = train(
        "gated", model, _sides(X, width), y, _sides(lesson.X_val, width), lesson.y_val, lesson.progress
    )
    return FittedGate(Sides(**sizes), model, {"epochs": epochs, "units": UNITS})


def with_losses(X: np.ndarray, y: np.ndarray, width: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Add copies of some rows that have both sides, half of them without text, half without picture."""
    both = np.flatnonzero(X[:, :width].any(axis=1) & X[:, width:].any(axis=1))
    drawn = np.random.default_rng(seed).permutation(both)[: 2 * int(LOST * len(both))]
    without_text, without_image = (X[half].copy() for half in np.array_split(drawn, 2))
    without_text[:, :width] = 0
    without_image[:, width:] = 0
    return np.concatenate([X, without_text, without_image]), np.concatenate([y, y[drawn]])


def _sides(X: np.ndarray, width: int) -> Feeds:
    """Split fused vectors, and say how long each side is: 1, or 0 where it is missing."""
    sides = {"text": X[:, :width], "image": X[:, width:]}
    lengths = {f"{side}_length": np.linalg.norm(part, axis=1, keepdims=True) for side, part in sides.items()}
    return {f"{side}_vectors": part for side, part in sides.items()} | lengths

"""A recurrent head's Keras network as an ONNX graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from onnx import TensorProto

from core.heads.onnx_graph import SHARES, InputType, model, node, whole_numbers

if TYPE_CHECKING:
    import keras
    import onnx

# Keras stacks an LSTM's gates input, forget, cell, output; ONNX input, output, forget, cell.
GATES = (0, 3, 1, 2)


def recurrent_graph(network: keras.Model, *, with_image: bool) -> onnx.ModelProto:
    """Write the network of `core.heads.recurrent`: ``words``, ``lengths``, ``vectors`` to probabilities."""
    nodes = _mean_state(network.get_layer("recurrent").forward_layer.units)
    inputs: dict[str, InputType] = {
        "words": (np.int64, ["rows", "words"]),
        "lengths": (np.int32, ["rows"]),
    }
    last = "mean"
    if with_image:
        inputs["vectors"] = (np.float32, ["rows", None])
        nodes.append(node("Concat", ["mean", "vectors"], "together", axis=1))
        last = "together"
    nodes += [
        node("Gemm", [last, "dense_kernel", "dense_bias"], "hidden"),
        node("Relu", ["hidden"], "active"),
        node("Gemm", ["active", "classes_kernel", "classes_bias"], "logits"),
        node("Softmax", ["logits"], SHARES, axis=1),
    ]
    axes = {"first": whole_numbers(0), "flat": whole_numbers(0, 0, -1), "column": whole_numbers(1)}
    return model("recurrent", nodes, inputs, _weights(network) | axes)


def _mean_state(units: int) -> list[onnx.NodeProto]:
    """Return the nodes from ``words`` and ``lengths`` to ``mean``, the LSTM's mean state over the words."""
    return [
        node("Gather", ["embedding", "words"], "embedded"),
        node("Transpose", ["embedded"], "steps", perm=[1, 0, 2]),
        node(
            "LSTM",
            ["steps", "W", "R", "B", "lengths"],
            "states",
            hidden_size=units,
            direction="bidirectional",
        ),
        # (words, directions, rows, units) to (words, rows, both directions' units); zero beyond a text's end
        node("Transpose", ["states"], "by_row", perm=[0, 2, 1, 3]),
        node("Reshape", ["by_row", "flat"], "joined"),
        node("ReduceSum", ["joined", "first"], "sums", keepdims=0),
        node("Cast", ["lengths"], "counts", to=TensorProto.FLOAT),
        node("Unsqueeze", ["counts", "column"], "divisors"),
        node("Div", ["sums", "divisors"], "mean"),
    ]


def _weights(network: keras.Model) -> dict[str, np.ndarray]:
    """Return the network's weights by the names that the nodes use, float32."""
    both = network.get_layer("recurrent")
    forward, backward = _lstm(both.forward_layer), _lstm(both.backward_layer)
    weights = {name: np.stack([forward[name], backward[name]]) for name in ("W", "R", "B")}
    weights["embedding"] = network.get_layer("embedding").get_weights()[0]
    for name in ("dense", "classes"):
        weights[f"{name}_kernel"], weights[f"{name}_bias"] = network.get_layer(name).get_weights()
    return {name: np.ascontiguousarray(value, np.float32) for name, value in weights.items()}


def _lstm(layer: keras.layers.LSTM) -> dict[str, np.ndarray]:
    """Return one direction's weights as ONNX stacks them."""
    kernel, recurrent, bias = layer.get_weights()
    units = layer.units

    def ordered(stacked: np.ndarray) -> np.ndarray:
        return np.concatenate([stacked[..., gate * units : (gate + 1) * units] for gate in GATES], axis=-1)

    bias = ordered(bias)
    return {
        "W": ordered(kernel).T,
        "R": ordered(recurrent).T,
        "B": np.concatenate([bias, np.zeros_like(bias)]),
    }

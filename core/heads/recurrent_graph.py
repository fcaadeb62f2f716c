"""A recurrent head's Keras network as an ONNX graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import keras
    import onnx

# Keras stacks an LSTM's gates input, forget, cell, output; ONNX input, output, forget, cell.
GATES = (0, 3, 1, 2)


def recurrent_graph(model: keras.Model, *, pictures: bool) -> onnx.ModelProto:
    """Write the network of `core.heads.recurrent`: ``words``, ``lengths``, ``vectors`` to probabilities."""
    from onnx import TensorProto, helper, numpy_helper

    both = model.get_layer("recurrent")
    directions = [_lstm(layer) for layer in (both.forward_layer, both.backward_layer)]
    units = both.forward_layer.units
    dense, classes = (model.get_layer(name).get_weights() for name in ("dense", "classes"))
    constants = {
        "embedding": model.get_layer("embedding").get_weights()[0],
        "W": np.stack([one["W"] for one in directions]),
        "R": np.stack([one["R"] for one in directions]),
        "B": np.stack([one["B"] for one in directions]),
        "first": np.int64([0]),
        "flat": np.int64([0, 0, -1]),
        "column": np.int64([1]),
        "dense_kernel": dense[0],
        "dense_bias": dense[1],
        "classes_kernel": classes[0],
        "classes_bias": classes[1],
    }
    node = helper.make_node
    nodes = [
        node("Gather", ["embedding", "words"], ["embedded"]),
        node("Transpose", ["embedded"], ["steps"], perm=[1, 0, 2]),
        node(
            "LSTM",
            ["steps", "W", "R", "B", "lengths"],
            ["states"],
            hidden_size=units,
            direction="bidirectional",
        ),
        # (words, directions, rows, units) to (words, rows, both directions' units); zero beyond a text's end
        node("Transpose", ["states"], ["by_row"], perm=[0, 2, 1, 3]),
        node("Reshape", ["by_row", "flat"], ["joined"]),
        node("ReduceSum", ["joined", "first"], ["sums"], keepdims=0),
        node("Cast", ["lengths"], ["counts"], to=TensorProto.FLOAT),
        node("Unsqueeze", ["counts", "column"], ["divisors"]),
        node("Div", ["sums", "divisors"], ["mean"]),
    ]
    inputs = [
        helper.make_tensor_value_info("words", TensorProto.INT64, ["rows", "words"]),
        helper.make_tensor_value_info("lengths", TensorProto.INT32, ["rows"]),
    ]
    last = "mean"
    if pictures:
        inputs.append(helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["rows", None]))
        nodes.append(node("Concat", ["mean", "vectors"], ["together"], axis=1))
        last = "together"
    nodes += [
        node("Gemm", [last, "dense_kernel", "dense_bias"], ["hidden"]),
        node("Relu", ["hidden"], ["active"]),
        node("Gemm", ["active", "classes_kernel", "classes_bias"], ["logits"]),
        node("Softmax", ["logits"], ["shares"], axis=1),
    ]
    graph = helper.make_graph(
        nodes,
        "recurrent",
        inputs,
        [helper.make_tensor_value_info("shares", TensorProto.FLOAT, ["rows", None])],
        [
            numpy_helper.from_array(
                np.ascontiguousarray(value, None if value.dtype == np.int64 else np.float32), name
            )
            for name, value in constants.items()
        ],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)


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

"""A cross-attention head's Keras network as an ONNX graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.heads.onnx_graph import SHARES, InputType, model, node, whole_numbers

if TYPE_CHECKING:
    import keras
    import onnx


def attention_graph(network: keras.Model, far: float) -> onnx.ModelProto:
    """Write the network of `core.heads.attention`: the feeds of its reader to probabilities.

    Parameters
    ----------
    network
        As `core.heads.attention` made it.
    far
        Taken from the scores of tokens that are not there.
    """
    shapes = {each.name: list(each.shape[1:]) for each in network.inputs}
    inputs: dict[str, InputType] = {name: (np.float32, ["rows", *shape]) for name, shape in shapes.items()}
    nodes = [
        node("Sub", ["one", "tokens"], "missing"),
        node("Unsqueeze", ["missing", "middle"], "missing_column"),
        node("Mul", ["missing_column", "far"], "penalty"),
        node("ReduceSum", ["tokens", "middle"], "counted", keepdims=1),
        node("Max", ["counted", "one"], "counts"),
        node("Div", ["tokens", "counts"], "shares_of_tokens"),
        node("Unsqueeze", ["shares_of_tokens", "last"], "weights"),
        *_seen("text", "image"),
        node("Mul", ["text_state", "weights"], "text_weighted"),
        node("ReduceSum", ["text_weighted", "middle"], "text_mean", keepdims=0),
        *_seen("image", "text"),
        node("ReduceSum", ["image_state", "middle"], "image_sum", keepdims=0),
        node("Div", ["image_sum", "regions"], "image_mean"),
        node("Gemm", ["vectors", "dense_kernel", "dense_bias"], "dense_sum"),
        node("Tanh", ["dense_sum"], "dense"),
        node("Concat", ["dense", "text_mean", "image_mean"], "joined", axis=1),
        node("Gemm", ["joined", "classes_kernel", "classes_bias"], "logits"),
        node("Softmax", ["logits"], SHARES, axis=1),
    ]
    constants = {
        "one": np.array([1], np.float32),
        "far": np.array([far], np.float32),
        "regions": np.array([shapes["image_parts"][0]], np.float32),
        "middle": whole_numbers(1),
        "last": whole_numbers(2),
    }
    return model("cross_attention", nodes, inputs, _weights(network) | constants)


def _seen(side: str, other: str) -> list[onnx.NodeProto]:
    """Return the nodes to ``<side>_state``: each part of a side with what it finds in the other side."""
    own, others = f"{side}_parts", f"{other}_parts"
    scores = f"{side}_scores"
    masked = [node("Sub", [scores, "penalty"], f"{side}_masked")] if other == "text" else []
    return [
        node("MatMul", [own, f"{side}_query_kernel"], f"{side}_query"),
        node("MatMul", [others, f"{side}_key_kernel"], f"{side}_key"),
        node("MatMul", [others, f"{side}_value_kernel"], f"{side}_value"),
        node("Transpose", [f"{side}_key"], f"{side}_turned", perm=[0, 2, 1]),
        node("MatMul", [f"{side}_query", f"{side}_turned"], scores),
        *masked,
        node("Softmax", [f"{side}_masked" if masked else scores], f"{side}_looks", axis=-1),
        node("MatMul", [f"{side}_looks", f"{side}_value"], f"{side}_found"),
        node("MatMul", [own, f"{side}_own_kernel"], f"{side}_product"),
        node("Add", [f"{side}_product", f"{side}_own_bias"], f"{side}_own"),
        node("Add", [f"{side}_own", f"{side}_found"], f"{side}_together"),
        node("Tanh", [f"{side}_together"], f"{side}_state"),
    ]


def _weights(network: keras.Model) -> dict[str, np.ndarray]:
    """Return the weights of the dense layers: ``<layer>_kernel`` and ``<layer>_bias``, float32."""
    names = ["dense", "classes"]
    names += [f"{side}_{kind}" for side in ("text", "image") for kind in ("query", "key", "value", "own")]
    return {
        f"{name}_{kind}": value.astype(np.float32)
        for name in names
        for kind, value in zip(("kernel", "bias"), network.get_layer(name).get_weights(), strict=False)
    }

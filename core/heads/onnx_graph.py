"""Build the ONNX model of a head that is written operator by operator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

InputType = tuple[type[np.generic], Sequence[str | int | None]]
"""Dtype and shape of an input; a string or None stands for a dimension that varies."""
SHARES = "shares"
"""Name of the output: probabilities, float32 (rows, classes)."""
_TREES = 3
"""Version of the operators of ``ai.onnx.ml``, where a node is of these."""
_TYPES = {
    np.dtype(np.float32): TensorProto.FLOAT,
    np.dtype(np.int32): TensorProto.INT32,
    np.dtype(np.int64): TensorProto.INT64,
}


def node(
    operator: str, inputs: Sequence[str], output: str, **attributes: int | str | Sequence[int]
) -> onnx.NodeProto:
    """Return a node with one output."""
    return helper.make_node(operator, list(inputs), [output], **attributes)


def model(
    name: str,
    nodes: Sequence[onnx.NodeProto],
    inputs: Mapping[str, InputType],
    constants: Mapping[str, np.ndarray],
) -> onnx.ModelProto:
    """Return a model whose output is `SHARES`.

    Parameters
    ----------
    name
        Of the graph.
    nodes
        In the order in which they run; one of them gives `SHARES`.
    inputs
        Name -> dtype and shape.
    constants
        Name -> array, stored in its dtype.
    """
    graph = helper.make_graph(
        list(nodes),
        name,
        [
            helper.make_tensor_value_info(key, _TYPES[np.dtype(dtype)], list(shape))
            for key, (dtype, shape) in inputs.items()
        ],
        [helper.make_tensor_value_info(SHARES, TensorProto.FLOAT, ["rows", None])],
        [numpy_helper.from_array(np.ascontiguousarray(value), key) for key, value in constants.items()],
    )
    opsets = {"": 18} | {node.domain: _TREES for node in nodes if node.domain}
    imports = [helper.make_opsetid(*each) for each in opsets.items()]
    return helper.make_model(graph, opset_imports=imports, ir_version=9)


def whole_numbers(*values: int) -> np.ndarray:
    """Return int64 (n,): shapes and axes as ONNX takes them."""
    return np.array(values, dtype=np.int64)

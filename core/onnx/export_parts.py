"""Give an encoder's ONNX file a second output: what it averages, the tokens of a text or regions of an image.

Works on any network that ends in a mean over them, whichever library it is from; others stay as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import onnx

_SPATIAL = ((2, 3), (-2, -1), (-1, -2))
"""Axes of a map's height and width."""


def expose_parts(path: str) -> None:
    """Make what the last mean of a network is taken of its second output.

    For images that is float32 (n, channels, height, width), for texts float32 (n, tokens, numbers).
    """
    import onnx

    model = onnx.load(path)
    inputs = {one.name for one in model.graph.input}
    name = _hidden_states(model.graph) if "input_ids" in inputs else _last_map(model.graph)
    if name is None or name in inputs or len(model.graph.output) != 1:
        return
    shape = ["batch", "tokens", None] if "input_ids" in inputs else ["batch", "channels", "height", "width"]
    model.graph.output.append(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape))
    onnx.save(model, path)


def _last_map(graph: onnx.GraphProto) -> str | None:
    """Return what a mean over height and width is taken of, if only vectors follow it."""
    for node in reversed(graph.node):
        axes = next((tuple(each.ints) for each in node.attribute if each.name == "axes"), None)
        if node.op_type == "GlobalAveragePool" or (node.op_type == "ReduceMean" and axes in _SPATIAL):
            return str(node.input[0])
        if node.op_type in ("Conv", "MaxPool", "AveragePool", "Concat", "Add"):
            return None
    return None


def _hidden_states(graph: onnx.GraphProto) -> str | None:
    """Return what a mean over a mask is taken of: the sum of a product, perhaps divided."""
    made_by = {name: node for node in graph.node for name in node.output}
    at = made_by.get(graph.output[0].name)
    if at is not None and at.op_type == "Div":
        at = made_by.get(at.input[0])
    if at is None or at.op_type != "ReduceSum":
        return None
    at = made_by.get(at.input[0])
    return str(at.input[0]) if at is not None and at.op_type == "Mul" else None

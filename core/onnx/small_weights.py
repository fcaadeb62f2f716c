"""Keep a network's weights in 8 bits, and compute with them as float32: smaller, as fast, hardly different.

Each output channel has a scale of its own, so that its weights are right to a 254th of the largest. ONNX
Runtime makes numbers of the weights once, when it opens the file. For networks that lose too much when their
activations are rounded as well (`core.onnx.quantising`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.common.files import atomic_path
from core.onnx.tables import MOST, shrink_tables

if TYPE_CHECKING:
    import onnx

LEAST = 1000
"""Numbers of a weight that is worth it."""


def write_small_weights(source: Path, target: Path) -> None:
    """Write a copy of an ONNX file that keeps its weights in 8 bits; its metadata stay.

    Parameters
    ----------
    source, target
        ONNX files; `target` is written whole or not at all.
    """
    import onnx

    model = onnx.load(source)
    shrink_tables(model)
    shrink_weights(model)
    with atomic_path(target) as temporary:
        onnx.save(model, temporary)


def shrink_weights(model: onnx.ModelProto) -> None:
    """Keep the weights of convolutions and matrix products in 8 bits, in place."""
    import onnx

    graph = model.graph
    axes = {name: axis for node in graph.node for name, axis in _weight(node)}
    made: list[onnx.NodeProto] = []
    for each in [one for one in graph.initializer if one.name in axes]:
        array = onnx.numpy_helper.to_array(each)
        if array.dtype == np.float32 and array.size >= LEAST and array.ndim > 1:
            made += _numbers(graph, each.name, array, axes[each.name])
            graph.initializer.remove(each)
    nodes = [*made, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)


def _weight(node: onnx.NodeProto) -> list[tuple[str, int]]:
    """Return the name of an operator's weight and the axis of its output channels; none for others."""
    transposed = any(each.name == "transB" and each.i for each in node.attribute)
    axis = {"Conv": 0, "MatMul": -1, "Gemm": 0 if transposed else -1}.get(node.op_type)
    return [] if axis is None else [(node.input[1], axis)]


def _numbers(graph: onnx.GraphProto, name: str, array: np.ndarray, axis: int) -> list[onnx.NodeProto]:
    """Return what makes float32 of an array in 8 bits, under its name; add its constants to the graph."""
    import onnx

    others = tuple(each for each in range(array.ndim) if each != axis % array.ndim)
    largest = np.abs(array).max(axis=others, keepdims=True)
    scales = np.where(largest > 0, largest / MOST, 1).astype(np.float32)
    whole = np.rint(array / scales).astype(np.int8)
    for ending, constant in (("int8", whole), ("scales", scales)):
        graph.initializer.append(onnx.numpy_helper.from_array(constant, f"{name}_{ending}"))
    make = onnx.helper.make_node
    return [
        make("Cast", [f"{name}_int8"], [f"{name}_whole"], to=onnx.TensorProto.FLOAT),
        make("Mul", [f"{name}_whole", f"{name}_scales"], [name]),
    ]

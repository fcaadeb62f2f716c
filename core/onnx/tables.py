"""Keep a network's tables, such as the vectors of words, in 8 bits: a row is scaled when it is looked up.

Each row has a scale of its own, so that its numbers are right to a 254th of its largest one. No calibration
rows are needed, and only the rows that a text needs are ever computed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import onnx

LEAST = 100_000
"""Numbers of a table that is worth it."""
MOST = 127


def shrink_tables(model: onnx.ModelProto) -> None:
    """Write the tables of a model in 8 bits, in place: float32 matrices whose rows are looked up, no more."""
    import onnx

    graph = model.graph
    tables = {each.name: each for each in graph.initializer if _is_table(each, graph)}
    nodes: list[onnx.NodeProto] = []
    for node in graph.node:
        if node.op_type == "Gather" and node.input[0] in tables:
            nodes += _looked_up(node, graph, onnx.numpy_helper.to_array(tables[node.input[0]]))
        else:
            nodes.append(node)
    for table in tables.values():
        graph.initializer.remove(table)
    del graph.node[:]
    graph.node.extend(nodes)


def _is_table(array: onnx.TensorProto, graph: onnx.GraphProto) -> bool:
    import onnx

    if array.data_type != onnx.TensorProto.FLOAT or len(array.dims) != 2 or np.prod(array.dims) < LEAST:
        return False
    users = [node for node in graph.node if array.name in node.input]
    return (
        len(users) == 1
        and users[0].op_type == "Gather"
        and users[0].input[0] == array.name
        and _by_row(users[0])
    )


def _by_row(node: onnx.NodeProto) -> bool:
    return all(each.i == 0 for each in node.attribute if each.name == "axis")


def _looked_up(node: onnx.NodeProto, graph: onnx.GraphProto, table: np.ndarray) -> list[onnx.NodeProto]:
    """Return what takes the place of a lookup; add its constants to the graph."""
    import onnx

    name, rows = node.input
    largest = np.abs(table).max(axis=1, keepdims=True)
    scales = np.where(largest > 0, largest / MOST, 1).astype(np.float32)
    whole = np.rint(table / scales).astype(np.int8)
    for ending, array in (("int8", whole), ("scales", scales)):
        graph.initializer.append(onnx.numpy_helper.from_array(array, f"{name}_{ending}"))
    make = onnx.helper.make_node
    return [
        make("Gather", [f"{name}_int8", rows], [f"{name}_row"]),
        make("Cast", [f"{name}_row"], [f"{name}_numbers"], to=onnx.TensorProto.FLOAT),
        make("Gather", [f"{name}_scales", rows], [f"{name}_scale"]),
        make("Mul", [f"{name}_numbers", f"{name}_scale"], list(node.output)),
    ]

"""The ONNX file of a head: one input ``vectors``, one output ``probabilities``, no more than it needs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from core.cache import atomic_path

LEAF = ("class_ids", "class_nodeids", "class_treeids", "class_weights")


def write_head(model: onnx.ModelProto, path: Path, present: np.ndarray, n_classes: int) -> None:
    """Write `model` with the names and the classes that `core.heads.load_head` expects.

    Parameters
    ----------
    model : onnx.ModelProto
        One float input (n, d); the last output is probabilities, float (n, len(present)). Altered.
    path : Path
        The file; it appears whole or not at all.
    present : np.ndarray
        int: the class number of each of the model's columns; classes it lacks get columns of zeros.
    n_classes : int
        How many columns there shall be.
    """
    graph = model.graph
    for node in graph.node:
        if node.op_type == "TreeEnsembleClassifier":
            _drop_zero_leaf_weights(node)
    columns = np.zeros((len(present), n_classes), dtype=np.float32)
    columns[np.arange(len(present)), present] = 1
    given = graph.output[-1].name
    _rename(graph, graph.input[0].name, "vectors")
    if given == "probabilities":
        _rename(graph, given, given := "of_present_classes")
    if len(present) == n_classes:
        graph.node.append(helper.make_node("Identity", [given], ["probabilities"]))
    else:
        graph.initializer.append(numpy_helper.from_array(columns, "columns"))
        graph.node.append(helper.make_node("MatMul", [given, "columns"], ["probabilities"]))
    del graph.output[:]
    graph.output.append(
        helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [None, int(n_classes)])
    )
    onnx.checker.check_model(model)
    with atomic_path(Path(path)) as temporary:
        temporary.write_bytes(model.SerializeToString())


def _rename(graph: onnx.GraphProto, old: str, new: str) -> None:
    for node in graph.node:
        node.input[:] = [new if name == old else name for name in node.input]
        node.output[:] = [new if name == old else name for name in node.output]
    for value in (*graph.input, *graph.output):
        if value.name == old:
            value.name = new


def _drop_zero_leaf_weights(node: onnx.NodeProto) -> None:
    """Leave out zeros: skl2onnx writes a weight a class for each leaf, and nearly all are zero."""
    lists = {attribute.name: attribute for attribute in node.attribute}
    keep = np.flatnonzero(np.array(lists["class_weights"].floats))
    for name in LEAF:
        values = lists[name].floats if name == "class_weights" else lists[name].ints
        kept = np.array(values)[keep].tolist()
        del values[:]
        values.extend(kept)

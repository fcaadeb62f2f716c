"""The ONNX file of a head: inputs as its reader names them, output ``probabilities``, the reader itself."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from core.common.files import atomic_path
from core.heads.readers import Reader

LEAF = ("class_ids", "class_nodeids", "class_treeids", "class_weights")


READER = "reader"
"""Where in a file's metadata its reader is, as JSON."""


def write_head(
    model: onnx.ModelProto, reader: Reader, path: Path, present: np.ndarray, n_classes: int
) -> None:
    """Write `model` with the names and the classes that `core.heads.registry.load_head` expects.

    Parameters
    ----------
    model : onnx.ModelProto
        The last output is probabilities, float (n, len(present)). Altered.
    reader : Reader
        Makes what the model is fed; a model of one input is fed ``vectors``, whatever it calls them.
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
    if len(graph.input) == 1:
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
    onnx.helper.set_model_props(model, {READER: json.dumps(reader.to_dict())})
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

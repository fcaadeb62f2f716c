"""Write a head's ONNX file: its reader's inputs, output ``probabilities``, the reader in its metadata."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from core.common.files import atomic_path
from core.heads.half_weights import halve_weights
from core.heads.readers.reader import Reader
from core.heads.served import READER

LEAF = ("class_ids", "class_nodeids", "class_treeids", "class_weights")
UNREAD = ("nodes_hitrates", "nodes_missing_value_tracks_true")
"""Optional lists of trees, a fifth of a file: hints for speed, and where NaN goes, which no vector has."""


def write_head(
    model: onnx.ModelProto, reader: Reader, path: Path, present: np.ndarray, n_classes: int
) -> None:
    """Write `model` as `core.heads.served.load_head` expects it.

    Parameters
    ----------
    model : onnx.ModelProto
        Its last output is probabilities, float (n, len(present)). The model is changed in place.
    reader : Reader
        Makes its inputs. The only input of a model that combines no heads is renamed to ``vectors``.
    path : Path
        The file, written whole or not at all.
    present : np.ndarray
        int: the class of each of the model's columns; other classes get columns of zeros.
    n_classes : int
        How many columns the file's output has.
    """
    graph = model.graph
    for node in graph.node:
        if node.op_type == "TreeEnsembleClassifier":
            _drop_zero_leaf_weights(node)
            _drop_unread(node)
    columns = np.zeros((len(present), n_classes), dtype=np.float32)
    columns[np.arange(len(present)), present] = 1
    output = graph.output[-1].name
    if len(graph.input) == 1 and not reader.members:
        _rename(graph, graph.input[0].name, "vectors")
    if output == "probabilities":
        _rename(graph, output, output := "of_present_classes")
    if len(present) == n_classes:
        graph.node.append(helper.make_node("Identity", [output], ["probabilities"]))
    else:
        graph.initializer.append(numpy_helper.from_array(columns, "columns"))
        graph.node.append(helper.make_node("MatMul", [output, "columns"], ["probabilities"]))
    del graph.output[:]
    graph.output.append(
        helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [None, int(n_classes)])
    )
    halve_weights(graph)
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
    """Drop zeros: skl2onnx writes a weight per class for each leaf, and nearly all are zero."""
    lists = {attribute.name: attribute for attribute in node.attribute}
    keep = np.flatnonzero(np.array(lists["class_weights"].floats))
    for name in LEAF:
        values = lists[name].floats if name == "class_weights" else lists[name].ints
        nonzero = np.array(values)[keep].tolist()
        del values[:]
        values.extend(nonzero)


def _drop_unread(node: onnx.NodeProto) -> None:
    kept = [attribute for attribute in node.attribute if attribute.name not in UNREAD]
    del node.attribute[:]
    node.attribute.extend(kept)

"""Bounds of what heads make: never below what ONNX Runtime makes, and low enough to refuse what grows."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from core.common.errors import CoreError
from core.common.meter import Meter
from core.heads.readers.kinds import KINDS
from core.heads.readers.members import MemberReader
from core.heads.readers.parts import PartsReader
from core.heads.readers.tfidf import TfidfReader
from core.heads.readers.vectors import VectorReader
from core.heads.readers.words import WordReader
from core.onnx.head_graph import read_graph
from core.onnx.head_rules import RULES
from core.onnx.head_sizes import MOST_ROWS, check_head_sizes
from core.onnx.sizes import Array, known
from core.onnx.untrusted import check_onnx

OPSETS = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
X = np.arange(24, dtype=np.float32).reshape(2, 3, 4) / 24
FLAT = X.reshape(6, 4)
IDS = np.array([[0, 1], [1, 0]])
LINEAR = {"coefficients": [0.5] * 12, "intercepts": [0.1] * 3, "classlabels_ints": [0, 1, 2]}
TREE = {
    "nodes_treeids": [0, 0, 0], "nodes_nodeids": [0, 1, 2], "nodes_featureids": [0, 0, 0],
    "nodes_values": [0.5, 0.0, 0.0], "nodes_modes": ["BRANCH_LEQ", "LEAF", "LEAF"],
    "nodes_truenodeids": [1, 0, 0], "nodes_falsenodeids": [2, 0, 0],
    "class_treeids": [0, 0, 0], "class_nodeids": [1, 2, 2], "class_ids": [0, 1, 2],
    "class_weights": [1.0, 0.5, 0.5], "classlabels_int64s": [0, 1, 2],
}  # fmt: skip

REGRESSION = {
    **{name: values for name, values in TREE.items() if name.startswith("nodes_")},
    **{name.replace("class", "target"): TREE[name] for name in TREE if name.startswith("class_")},
    "n_targets": 3,
}


def ints(*values):
    return np.array(values, dtype=np.int64)


def weights(*shape):
    return np.ones(shape, dtype=np.float32)


def model(nodes, inputs, outputs, constants):
    graph = helper.make_graph(
        nodes,
        "g",
        inputs,
        outputs,
        [numpy_helper.from_array(array, name) for name, array in constants.items()],
    )
    return helper.make_model(graph, opset_imports=OPSETS, ir_version=9)


CASES = [
    ("Relu", [X], [], {}),
    ("Softmax", [X], [], {"axis": -1}),
    ("Cast", [X], [], {"to": TensorProto.DOUBLE}),
    ("Slice", [X], [ints(1), ints(3), ints(2)], {}),
    ("Add", [X, FLAT[:1]], [], {}),
    ("Mul", [X], [weights(5, 1, 1, 1)], {}),
    ("Sum", [FLAT[:, :1], FLAT[:1], FLAT], [], {}),
    ("Max", [FLAT[:, :1], FLAT[:1]], [], {}),
    ("Concat", [X, X, X], [], {"axis": 1}),
    ("Concat", [X, X], [], {"axis": -1}),
    ("Gather", [X, IDS], [], {"axis": 1}),
    ("Gather", [X], [np.int64(1)], {"axis": -1}),
    ("ArrayFeatureExtractor", [X], [ints(0, 3, 3, 1)], {}),
    ("ArrayFeatureExtractor", [FLAT[0]], [ints(0, 3)], {}),
    ("MatMul", [X], [weights(4, 7)], {}),
    ("MatMul", [X, FLAT.T.copy()], [], {}),
    ("MatMul", [X], [weights(5, 1, 4, 2)], {}),
    ("MatMul", [X], [weights(4)], {}),
    ("MatMul", [FLAT[0]], [weights(4, 7)], {}),
    ("Gemm", [FLAT], [weights(4, 7), weights(7)], {}),
    ("Gemm", [FLAT], [weights(9, 6)], {"transA": 1, "transB": 1}),
    ("Reshape", [X], [ints(-1)], {}),
    ("Reshape", [X], [ints(0, -1)], {}),
    ("Reshape", [X], [ints(4, 0, 2)], {}),
    ("Reshape", [X], [ints(0, 0, 2, -1)], {}),
    ("Reshape", [X, ints(4, 6)], [], {}),
    ("Flatten", [X], [], {"axis": 2}),
    ("Flatten", [X], [], {"axis": 3}),
    ("Flatten", [X], [], {"axis": -1}),
    ("Transpose", [X], [], {"perm": [2, 0, 1]}),
    ("Transpose", [X], [], {}),
    ("Squeeze", [X[:1]], [ints(0)], {}),
    ("Squeeze", [X[:1]], [], {}),
    ("Unsqueeze", [X], [ints(0, -1)], {}),
    ("ReduceSum", [X], [ints(1)], {"keepdims": 0}),
    ("ReduceSum", [X], [], {}),
    ("ReduceSum", [X, ints(0)], [], {"keepdims": 0}),
    ("ReduceMax", [X], [], {"axes": [-1, 0], "keepdims": 0}),
    ("ReduceMean", [X], [], {"axes": [2]}),
    ("ArgMax", [X], [], {"axis": 1, "keepdims": 0}),
    ("ArgMax", [X], [], {}),
    ("LSTM", [X], [weights(1, 20, 4), weights(1, 20, 5)], {"hidden_size": 5}),
    (
        "LSTM",
        [X],
        [weights(2, 20, 4), weights(2, 20, 5)],
        {"hidden_size": 5, "direction": "bidirectional"},
    ),
    ("LinearClassifier", [FLAT], [], LINEAR),
    ("TreeEnsembleClassifier", [FLAT], [], TREE),
    ("TreeEnsembleRegressor", [FLAT], [], REGRESSION),
    ("Normalizer", [FLAT], [], {"norm": "L1"}),
    ("QuantizeLinear", [X], [np.float32(0.01), np.uint8(0)], {}),
    ("DequantizeLinear", [(100 * X).astype(np.uint8)], [np.float32(0.01), np.uint8(0)], {}),
    ("DequantizeLinear", [(100 * X).astype(np.int8)], [weights(3), np.zeros(3, np.int8)], {"axis": 1}),
    ("Constant", [], [], {"value": numpy_helper.from_array(FLAT)}),
    ("Constant", [], [], {"value_float": 3.0}),
    ("Constant", [], [], {"value_ints": [1, 2, 3]}),
]


@pytest.mark.parametrize(("operator", "given", "fixed", "attributes"), CASES)
def test_no_operator_makes_more_than_its_bound(operator, given, fixed, attributes):
    feeds = {f"in{number}": array for number, array in enumerate(given)}
    constants = {f"fixed{number}": np.asarray(array) for number, array in enumerate(fixed)}
    ml = operator in ("ArrayFeatureExtractor", "LinearClassifier", "Normalizer") or "Tree" in operator
    made = ["label", "out"] if operator.endswith("Classifier") else ["out"]
    node = helper.make_node(
        operator, [*feeds, *constants], made, domain="ai.onnx.ml" if ml else "", **attributes
    )
    inputs = [
        helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape)
        for name, array in feeds.items()
    ]
    whole = model([node], inputs, [helper.make_empty_tensor_value_info(name) for name in made], constants)
    content = whole.SerializeToString()
    results = onnxruntime.InferenceSession(content).run(None, feeds)
    graph = read_graph(memoryview(content))
    arrays = {name: Array.of(tuple(map(known, array.shape))) for name, array in feeds.items()}
    arrays |= graph.constants
    (read,) = graph.nodes
    bound = RULES[operator](read, [arrays[name] for name in read.inputs])
    for result in results:
        assert bound.count.power == 0 and np.size(result) <= bound.count.numbers
    if bound.shape is not None:
        shape = results[-1].shape
        assert len(shape) == len(bound.shape)
        assert all(size <= most.numbers for size, most in zip(shape, bound.shape, strict=True))


def head(folder, nodes, constants=(), inputs=("vectors",), axes=(None, 64)):
    whole = model(
        nodes,
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, axes) for name in inputs],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [None, 3])],
        dict(constants),
    )
    file = folder / "head.onnx"
    file.write_bytes(whole.SerializeToString())
    check_onnx(file, head=True)
    return file


def doubled(start, times):
    names = [start, *(f"v{number}" for number in range(times))]
    return [helper.make_node("Concat", [one, one], [two], axis=-1) for one, two in pairwise(names)]


def node(operator, inputs, output="probabilities", **attributes):
    return helper.make_node(operator, list(inputs), [output], **attributes)


VECTORS = ("vectors",)
COLUMN = [None, None, 1]
TOO_LARGE = {
    "doubled": (doubled("vectors", 18), {}, (None, 64)),
    "doubled constants": (doubled("c", 40), {"c": weights(1)}, (None, 64)),
    "doubled unknown": (doubled("vectors", 18), {}, (None, None)),
    "many at once": ([node("Concat", VECTORS * 1000, axis=1)], {}, (None, 64)),
    "all kept": ([node("Relu", VECTORS, f"r{number}") for number in range(1000)], {}, (None, 64)),
    "gathered": (
        [node("Gather", ["c", "ids"])],
        {"c": weights(1, 2000), "ids": ints(*[0] * 9_000)},
        (None, 64),
    ),
    "spread": (
        [
            node("Unsqueeze", ["vectors", "two"], "a"),
            node("Unsqueeze", ["vectors", "one"], "b"),
            node("Mul", "ab", "c"),
            node("Unsqueeze", ["c", "three"], "d"),
            node("Mul", ["d", "vectors"]),
        ],
        {"two": ints(2), "one": ints(1), "three": ints(3)},
        (None, 64),
    ),
    "spread by unknown shapes": (
        [node("Reshape", ["vectors", "vectors"], "a"), node("Mul", ["a", "vectors"])],
        {},
        (None, 64),
    ),
    "squared": (
        [node("Transpose", VECTORS, "t", perm=[1, 0]), node("MatMul", ["t", "vectors"])],
        {},
        (None, None),
    ),
    "squared rows": (
        [
            node("Transpose", VECTORS, "t", perm=[1, 0]),
            node("MatMul", ["vectors", "t"], "rr"),
            *doubled("rr", 2),
        ],
        {},
        (None, 64),
    ),
    "wide product": ([node("MatMul", ["vectors", "w"])], {"w": weights(64, 5000)}, (None, 64)),
}


@pytest.mark.parametrize("name", TOO_LARGE)
def test_a_head_that_makes_large_arrays_is_refused_before_it_runs(tmp_path, name):
    nodes, constants, axes = TOO_LARGE[name]
    file = head(tmp_path, nodes, constants, axes=axes)
    with Meter() as meter, pytest.raises(CoreError, match=r"head\.onnx: .*(for each product|the square)"):
        check_head_sizes(file, 3)
    assert meter.peak_mb < 200


def test_what_cannot_be_known_is_refused(tmp_path):
    text = [helper.make_node("Cast", VECTORS, ["probabilities"], to=TensorProto.STRING)]
    order = [node("Relu", ["a"]), node("Relu", VECTORS, "a")]
    labels = [
        helper.make_node(
            "LinearClassifier", VECTORS, ["label", "probabilities"], domain="ai.onnx.ml",
            coefficients=[0.0] * 192, intercepts=[0.0] * 3, classlabels_strings=["a" * 1000, "b", "c"],
        )
    ]  # fmt: skip
    for nodes in (text, order, labels):
        with pytest.raises(CoreError, match="size cannot be known"):
            check_head_sizes(head(tmp_path, nodes), 3)
    file = head(tmp_path, [node("Add", ["vectors", "c"])], {"c": weights(3)})
    lying = onnx.load(file)
    lying.graph.initializer[0].dims[:] = [1 << 40]
    file.write_bytes(lying.SerializeToString())
    with pytest.raises(CoreError, match="longer than its file"):
        check_head_sizes(file, 3)
    no_shape = onnx.load(head(tmp_path, [node("Relu", VECTORS)]))
    no_shape.graph.input[0].type.tensor_type.ClearField("shape")
    file.write_bytes(no_shape.SerializeToString())
    with pytest.raises(CoreError, match="an input without a shape"):
        check_head_sizes(file, 3)


def test_more_categories_allow_larger_arrays(tmp_path):
    file = head(tmp_path, [node("MatMul", ["vectors", "w"])], {"w": weights(64, 5000)})
    check_head_sizes(file, 5000)


def test_readers_hand_over_no_more_rows_than_were_reckoned_with():
    readers = (VectorReader, MemberReader, TfidfReader, WordReader, PartsReader)
    assert len(readers) == len(KINDS)
    assert all(reader.rows_at_once <= MOST_ROWS for reader in readers)


@pytest.mark.parametrize("bundle", ["demo", "fashion", "flipkart"])
def test_the_heads_of_bundles_that_are_shipped_pass(bundle):
    files = sorted((Path(__file__).parents[2] / "artifacts" / bundle / "heads").glob("*.onnx"))
    assert files
    for file in files:
        classes = onnx.load(file).graph.output[0].type.tensor_type.shape.dim[1].dim_value
        check_head_sizes(file, classes)

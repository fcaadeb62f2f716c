"""What operators of heads have to do: counted by hand, and heads that would take too long refused."""

import numpy as np
import pytest
from onnx import helper

from core.common.errors import CoreError
from core.onnx.head_graph import read_graph
from core.onnx.head_rules import RULES
from core.onnx.head_sizes import check_head_sizes
from core.onnx.head_work import operations
from core.onnx.sizes import Array, known
from tests.onnx.test_head_sizes import FLAT, LINEAR, REGRESSION, TREE, X, head, model, node, weights

COUNTED = [
    ("MatMul", {"x": FLAT, "w": weights(4, 7)}, {}, 6 * 4 * 7),
    ("MatMul", {"x": X, "w": weights(4, 7)}, {}, 2 * 3 * 4 * 7),
    ("Gemm", {"x": FLAT, "w": weights(9, 6)}, {"transA": 1, "transB": 1}, 4 * 6 * 9),
    (
        "LSTM",
        {"x": X, "w": weights(1, 20, 4), "r": weights(1, 20, 5)},
        {"hidden_size": 5},
        2 * 3 * 20 * (4 + 5),
    ),
    ("LinearClassifier", {"x": FLAT}, LINEAR, 6 * 12),
    ("TreeEnsembleClassifier", {"x": FLAT}, TREE, 6 * (3 + 3)),
    ("TreeEnsembleRegressor", {"x": FLAT}, REGRESSION, 6 * (3 + 3)),
    ("Relu", {"x": X}, {}, X.size),
]


@pytest.mark.parametrize(("operator", "arrays", "attributes", "count"), COUNTED)
def test_what_was_counted_by_hand_is_within_the_bound(operator, arrays, attributes, count):
    made = helper.make_node(operator, list(arrays), ["out"], **attributes)
    (read,) = read_graph(memoryview(model([made], [], [], {}).SerializeToString())).nodes
    inputs = [Array.of(tuple(map(known, array.shape))) for array in arrays.values()]
    needed = operations(read, inputs, RULES[operator](read, inputs))
    # An LSTM is bounded as if it read in both directions, a list's length by its bytes.
    assert needed.power == 0 and count <= needed.numbers <= 2 * count


def zeros(*shape):
    return np.zeros(shape, dtype=np.float32)


TOO_SLOW = {
    "each word through wide layers": (
        [node("MatMul", ["vectors", "w"], "a"), node("MatMul", ["a", "v"])],
        {"w": zeros(64, 2000), "v": zeros(2000, 2010)},
        (None, None, 64),
        "4,148,000 multiplications for each product, expected up to 4,000,000",
    ),
    "each word with all others": (
        [
            node("ReduceMean", ["vectors"], "a", axes=[1, 3]),
            node("Transpose", ["a"], "b", perm=[0, 1, 3, 2]),
            node("MatMul", ["b", "vectors"]),
        ],
        {},
        (None, None, None, 4),
        "the square",
    ),
}


@pytest.mark.parametrize("name", TOO_SLOW)
def test_a_head_that_would_take_too_long_is_refused_before_it_runs(tmp_path, name):
    nodes, constants, axes, said = TOO_SLOW[name]
    with pytest.raises(CoreError, match=said):
        check_head_sizes(head(tmp_path, nodes, constants, axes=axes), 3)

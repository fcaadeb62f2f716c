import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from core.heads.half_weights import halve_weights
from core.heads.served import load_head
from tests.heads.products import products, rows, train


def graph_of(weights):
    return helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"])],
        "product",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, len(weights)])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, None])],
        [numpy_helper.from_array(weights, "w")],
    )


def test_large_matrices_are_kept_in_half_precision_and_computed_with_as_before():
    import onnxruntime

    rng = np.random.default_rng(0)
    weights = rng.normal(size=(128, 64)).astype(np.float32)
    graph = graph_of(weights)
    halve_weights(graph)
    (kept,) = graph.initializer
    assert kept.data_type == TensorProto.FLOAT16
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    x = rng.normal(size=(3, 128)).astype(np.float32)
    (y,) = onnxruntime.InferenceSession(model.SerializeToString()).run(None, {"x": x})
    np.testing.assert_allclose(y, x @ weights.astype(np.float16).astype(np.float32), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    "weights",
    [np.ones((8, 8), np.float32), np.full((128, 64), 1e6, np.float32), np.ones((128, 64), np.int64)],
)
def test_small_ones_large_numbers_and_whole_numbers_stay(weights):
    graph = graph_of(weights)
    before = graph.SerializeToString()
    halve_weights(graph)
    assert graph.SerializeToString() == before


@pytest.mark.parametrize("name", ["mlp", "gated", "bilstm"])
def test_a_head_in_half_precision_answers_about_the_same(tmp_path, monkeypatch, name):
    monkeypatch.setattr("core.heads.half_weights.LEAST", 16)
    head = train(name)
    head.save(tmp_path / "head.onnx")
    assert any("_half" in each.name for each in onnx.load(tmp_path / "head.onnx").graph.initializer)
    inputs = products(*rows(seed=3))
    served = load_head(tmp_path / "head.onnx").predict_proba(inputs)
    np.testing.assert_allclose(served, head.predict_proba(inputs), atol=5e-3)

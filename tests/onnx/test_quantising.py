import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from core.common.errors import CoreError
from core.onnx.quantising import quantise
from core.onnx.sessions import session


@pytest.fixture
def network(tmp_path):
    weights = np.random.default_rng(0).normal(size=(32, 64)).astype(np.float32)
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["sums"]), helper.make_node("Relu", ["sums"], ["y"])],
        "dense",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["rows", 32])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["rows", 64])],
        [numpy_helper.from_array(weights, "w")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, {"reader": "kept"})
    onnx.save(model, tmp_path / "network.onnx")
    return tmp_path / "network.onnx"


def test_a_network_in_8_bits_is_smaller_and_nearly_the_same(network, tmp_path):
    rows = np.random.default_rng(1).normal(size=(64, 32)).astype(np.float32)
    target = tmp_path / "int8.onnx"
    quantise(network, target, [{"x": rows[at : at + 8]} for at in range(0, 32, 8)])
    assert target.stat().st_size < network.stat().st_size
    assert session(target).get_modelmeta().custom_metadata_map["reader"] == "kept"
    unseen = {"x": rows[32:]}
    exact, near = (session(file).run(None, unseen)[0] for file in (network, target))
    assert 0 < np.abs(exact - near).max() < 0.05 * exact.max()
    alone = session(target).run(None, {"x": rows[32:33]})[0]
    np.testing.assert_allclose(alone, near[:1], atol=1e-6)


def test_a_network_without_products_is_refused(network, tmp_path):
    with pytest.raises(CoreError, match=r"network.onnx cannot be quantised: it has none of Conv, Gemm"):
        quantise(network, tmp_path / "int8.onnx", [{"x": np.zeros((1, 32), np.float32)}], ("Conv", "Gemm"))


def test_no_calibration_rows_are_refused(network, tmp_path):
    with pytest.raises(CoreError, match=r"network.onnx cannot be quantised: expected calibration rows"):
        quantise(network, tmp_path / "int8.onnx", [])
    assert not (tmp_path / "int8.onnx").exists()

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from core.onnx.sessions import session
from core.onnx.small_weights import write_small_weights


def network(folder):
    """Two convolutions and two matrix products; the channels of each are spread unequally."""
    rng = np.random.default_rng(0)

    def weight(*shape, axis):
        spread = rng.uniform(0.01, 10, size=[n if at == axis else 1 for at, n in enumerate(shape)])
        return (rng.normal(size=shape) * spread).astype(np.float32)

    constants = {
        "filter": weight(16, 3, 5, 5, axis=0),
        "depthwise": weight(16, 1, 9, 9, axis=0),
        "rows": weight(64, 16, axis=0),
        "columns": weight(64, 32, axis=1),
        "bias": weight(1, 64, axis=1)[0],
    }
    nodes = [
        helper.make_node("Conv", ["x", "filter"], ["a"], pads=[2] * 4),
        helper.make_node("Conv", ["a", "depthwise"], ["b"], pads=[4] * 4, group=16),
        helper.make_node("GlobalAveragePool", ["b"], ["c"]),
        helper.make_node("Flatten", ["c"], ["d"]),
        helper.make_node("Gemm", ["d", "rows", "bias"], ["e"], transB=1),
        helper.make_node("MatMul", ["e", "columns"], ["y"]),
    ]
    graph = helper.make_graph(
        nodes,
        "network",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 3, 8, 8])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 32])],
        [numpy_helper.from_array(array, name) for name, array in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, {"tokenizer": "kept"})
    onnx.save(model, folder / "before.onnx")
    return constants


def test_weights_are_right_to_a_254th_of_the_largest_of_their_channel(tmp_path):
    constants = network(tmp_path)
    write_small_weights(tmp_path / "before.onnx", tmp_path / "after.onnx")
    kept = {
        each.name: numpy_helper.to_array(each)
        for each in onnx.load(tmp_path / "after.onnx").graph.initializer
    }
    np.testing.assert_array_equal(kept["bias"], constants["bias"])
    for name, axes in (("filter", (1, 2, 3)), ("depthwise", (1, 2, 3)), ("rows", (1,)), ("columns", (0,))):
        assert kept[f"{name}_int8"].dtype == np.int8
        got = kept[f"{name}_int8"] * kept[f"{name}_scales"]
        largest = np.abs(constants[name]).max(axis=axes, keepdims=True)
        assert (np.abs(got - constants[name]) <= largest / 253.9).all()
    assert (tmp_path / "after.onnx").stat().st_size < 0.4 * (tmp_path / "before.onnx").stat().st_size


def test_the_network_answers_nearly_as_before(tmp_path):
    network(tmp_path)
    write_small_weights(tmp_path / "before.onnx", tmp_path / "after.onnx")
    before, after = session(tmp_path / "before.onnx"), session(tmp_path / "after.onnx")
    x = np.random.default_rng(1).normal(size=(4, 3, 8, 8)).astype(np.float32)
    exact, near = (each.run(None, {"x": x})[0] for each in (before, after))
    assert 0 < np.abs(exact - near).max() < 0.02 * np.abs(exact).max()
    assert after.get_modelmeta().custom_metadata_map["tokenizer"] == "kept"

from pathlib import Path

import numpy as np
import pytest

from core.onnx import sessions as runtime
from core.onnx.onnx_graph import add_metadata, fold_constants, fold_padding


def write_padded_convolution(
    path: Path, *, mode="constant", amounts=(0, 0, 0, 0, 0, 0, 1, 1), also_output=False
):
    """An ONNX model: (n, 2, 7, 7) padded below and right, then convolved with stride 2."""
    from onnx import TensorProto, helper, numpy_helper, save

    random = np.random.default_rng(0)
    graph = helper.make_graph(
        [
            helper.make_node("Pad", ["input", "amounts"], ["padded"], mode=mode),
            helper.make_node("Conv", ["padded", "kernel"], ["output"], strides=[2, 2]),
            *([helper.make_node("Relu", ["padded"], ["other"])] if also_output else []),
        ],
        "padded",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", 2, 7, 7])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, ["batch", 3, None, None])]
        + ([helper.make_tensor_value_info("other", TensorProto.FLOAT, None)] if also_output else []),
        [
            numpy_helper.from_array(np.array(amounts, np.int64), "amounts"),
            numpy_helper.from_array(random.normal(size=(3, 2, 3, 3)).astype(np.float32), "kernel"),
        ],
    )
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)


def operators(path: Path) -> list[str]:
    import onnx

    return [node.op_type for node in onnx.load(path).graph.node]


def output(path: Path) -> np.ndarray:
    pixels = np.random.default_rng(1).normal(size=(2, 2, 7, 7)).astype(np.float32)
    return runtime.session(path).run(["output"], {"input": pixels})[0]


def test_padding_moves_into_the_convolution(tmp_path):
    write_padded_convolution(tmp_path / "before.onnx")
    write_padded_convolution(tmp_path / "after.onnx")
    fold_padding(str(tmp_path / "after.onnx"))
    assert operators(tmp_path / "after.onnx") == ["Conv"]
    np.testing.assert_allclose(output(tmp_path / "after.onnx"), output(tmp_path / "before.onnx"), atol=1e-6)


@pytest.mark.parametrize(
    "kept",
    [{"mode": "reflect"}, {"amounts": (0, 0, 0, 0, 1, 0, 1, 1)}, {"also_output": True}],
    ids=["not zeros", "not spatial", "used elsewhere"],
)
def test_other_padding_is_kept(tmp_path, kept):
    path = tmp_path / "model.onnx"
    write_padded_convolution(path, **kept)
    before = operators(path)
    fold_padding(str(path))
    assert operators(path) == before


def test_constants_are_folded(tmp_path):
    from onnx import TensorProto, helper, numpy_helper, save

    one = numpy_helper.from_array(np.float32([1, 2]), "one")
    graph = helper.make_graph(
        [
            helper.make_node("Add", ["one", "one"], ["two"]),
            helper.make_node("Mul", ["input", "two"], ["output"]),
        ],
        "constant",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", 2])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, ["batch", 2])],
        [one],
    )
    path = tmp_path / "model.onnx"
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    fold_constants(str(path))
    assert operators(path) == ["Mul"]


def test_added_metadata_overwrites_existing_keys(tmp_path):
    path = tmp_path / "model.onnx"
    write_padded_convolution(path)
    add_metadata(str(path), {"tokenizer": "{}", "side": "4"})
    add_metadata(str(path), {"side": "8", "more": "yes"})
    metadata = runtime.session(path).get_modelmeta().custom_metadata_map
    assert metadata == {"tokenizer": "{}", "side": "8", "more": "yes"}

"""ONNX files from elsewhere: what encoders and heads may not have."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from core.common.errors import CoreError
from core.onnx import untrusted
from core.onnx.untrusted import check_onnx


def model(*nodes, initializer=(), functions=()):
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in "xy"]
    graph = helper.make_graph(list(nodes), "g", ends[:1], ends[1:], list(initializer))
    return helper.make_model(graph, functions=list(functions))


def inner():
    end = helper.make_tensor_value_info("i", TensorProto.FLOAT, None)
    return helper.make_graph([helper.make_node("Identity", ["x"], ["i"])], "inner", [], [end])


def outside(name="w"):
    """Numbers that are said to be in another file."""
    tensor = numpy_helper.from_array(np.zeros(2, np.float32), name)
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="/etc/passwd")
    return tensor


ADD = helper.make_node("Add", ["x", "w"], ["y"])
OWN = helper.make_function(
    "ai.onnx", "Own", ["x"], ["y"], [helper.make_node("Relu", ["x"], ["y"])], [helper.make_opsetid("", 17)]
)


@pytest.fixture
def saved(tmp_path):
    def save(made):
        file = tmp_path / "text.onnx"
        file.write_bytes(made.SerializeToString())
        return file

    return save


def test_an_encoder_may_have_operators_that_a_head_may_not(saved):
    file = saved(model(helper.make_node("Conv", ["x", "w"], ["y"])))
    check_onnx(file, head=False)
    with pytest.raises(CoreError, match="'Conv', which a head may not have"):
        check_onnx(file, head=True)


@pytest.mark.parametrize("head", [False, True], ids=["encoder", "head"])
@pytest.mark.parametrize(
    ("made", "says"),
    [
        (model(helper.make_node("Loop", ["x", ""], ["y"])), "operator 'Loop', which a"),
        (model(helper.make_node("Scan", ["x"], ["y"])), "operator 'Scan', which a"),
        (model(helper.make_node("If", ["x"], ["y"])), "operator 'If', which a"),
        (model(helper.make_node("Loop", ["x", ""], ["y"], body=inner())), "a graph inside an operator"),
        (model(helper.make_node("Relu", ["x"], ["y"], body=inner())), "a graph inside an operator"),
        (model(ADD, initializer=[outside()]), "numbers kept in another file"),
        (
            model(helper.make_node("Constant", [], ["y"], value=outside())),
            "numbers kept in another file",
        ),
        (model(helper.make_node("Relu", ["x"], ["y"], domain="evil")), "an operator of domain 'evil'"),
        (model(ADD, functions=[OWN]), "functions of its own"),
        (onnx.ModelProto(ir_version=8), "expected one graph, got 0"),
    ],
)
def test_what_no_model_may_have(saved, made, says, head):
    with pytest.raises(CoreError, match=f"^text.onnx: .*{says}"):
        check_onnx(saved(made), head=head)


def test_a_model_has_a_largest_size(saved, monkeypatch):
    file = saved(model(helper.make_node("Relu", ["x"], ["y"])))
    size = file.stat().st_size
    monkeypatch.setattr(untrusted, "HEAD_BYTES", size - 1)
    monkeypatch.setattr(untrusted, "ENCODER_BYTES", size)
    check_onnx(file, head=False)
    with pytest.raises(CoreError, match=f"up to {size - 1:,} bytes, got {size:,}"):
        check_onnx(file, head=True)
    monkeypatch.setattr(untrusted, "ENCODER_BYTES", size - 1)
    with pytest.raises(CoreError, match=f"up to {size - 1:,} bytes, got {size:,}"):
        check_onnx(file, head=False)
    file.write_bytes(b"")
    with pytest.raises(CoreError, match="got 0"):
        check_onnx(file, head=False)


def test_what_is_no_model(tmp_path):
    (tmp_path / "text.onnx").write_bytes(b"\xff" * 50)
    with pytest.raises(CoreError, match="expected an ONNX model, got something else"):
        check_onnx(tmp_path / "text.onnx", head=False)

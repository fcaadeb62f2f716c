import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from core.onnx.sessions import session
from core.onnx.tables import LEAST, shrink_tables


def model_of(table, nodes=(), **attributes):
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "ids"], ["found"], **attributes), *nodes],
        "lookup",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, ["rows", "words"])],
        [helper.make_tensor_value_info("found", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(table, "table")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


@pytest.fixture
def table():
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(LEAST // 32, 32)) * rng.uniform(0.01, 100, size=(LEAST // 32, 1))
    rows[7] = 0
    return rows.astype(np.float32)


def test_each_row_is_right_to_a_254th_of_its_largest_number(table, tmp_path):
    model = model_of(table)
    onnx.save(model, tmp_path / "before.onnx")
    shrink_tables(model)
    onnx.save(model, tmp_path / "after.onnx")
    assert (tmp_path / "after.onnx").stat().st_size < 0.3 * (tmp_path / "before.onnx").stat().st_size
    ids = np.array([[0, 7, 1], [2, len(table) - 1, 2]])
    (found,) = session(tmp_path / "after.onnx").run(None, {"ids": ids})
    right = table[ids]
    assert found.shape == right.shape
    assert (np.abs(found - right) <= np.abs(right).max(axis=2, keepdims=True) / 253.9).all()


def test_tables_that_are_small_or_used_otherwise_stay(table):
    for model in (
        model_of(table[:10]),
        model_of(table, axis=1),
        model_of(table, [helper.make_node("Transpose", ["table"], ["turned"])]),
    ):
        before = model.SerializeToString()
        shrink_tables(model)
        assert model.SerializeToString() == before

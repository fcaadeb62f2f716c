"""What is sent: equal on the other side, large arrays once."""

from functools import partial

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from core.common.errors import CoreError
from core.onnx import sessions
from core.serving.cluster.parcels import LARGE, Packer
from tests.serving.cluster.sending import Sending


def large(value: float) -> np.ndarray:
    return np.full(LARGE // 8 + 1, value)


def test_large_arrays_are_sent_once_and_small_ones_with_the_rest():
    engine, shared, small = Sending(), large(1), np.arange(3)
    tasks = [(shared, small, number) for number in range(4)]
    done = list(engine.map(partial(sum_of, shared), tasks))
    assert done == [2 * shared.sum() + 3 + number for number in range(4)]
    assert len(engine.sent) == 1


def sum_of(of_work, task):
    return of_work.sum() + sum(np.sum(each) for each in task)


def test_texts_are_sent_as_they_are():
    texts = np.array(["mug", "", "тарелка"] * LARGE, dtype=object)
    (same,) = Sending().map(np.asarray, [texts])
    assert same.tolist() == texts.tolist()


def test_an_array_in_the_place_of_one_that_is_gone_is_not_taken_for_it():
    kept = []
    packer = Packer(lambda array: kept.append(array.copy()) or len(kept) - 1)
    for value in range(20):
        array = large(value)
        assert packer.pack(array).opened(kept.__getitem__)[0] == value
        del array


def add_one(folder) -> onnx.ModelProto:
    shape = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])
    made = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1])
    one = helper.make_tensor("one", TensorProto.FLOAT, [1], [1.0])
    graph = helper.make_graph([helper.make_node("Add", ["x", "one"], ["y"])], "g", [shape], [made], [one])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.save(model, folder / "add.onnx")
    return folder / "add.onnx"


def test_a_session_is_opened_again_from_its_file(tmp_path):
    opened = sessions.session(add_one(tmp_path), gpu=True)
    (there,) = Sending().map(list, [[opened]])
    assert there[0].run(None, {"x": np.float32([2])})[0].tolist() == [3]
    assert sessions.source_of(there[0]) == ((tmp_path / "add.onnx").resolve(), True)
    with pytest.raises(CoreError, match="start anew"):
        sessions.source_of(object())

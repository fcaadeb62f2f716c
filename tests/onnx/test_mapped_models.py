import logging

import numpy as np
import pytest

from core.common.errors import CoreError
from core.onnx import mapped_models
from core.onnx import sessions as runtime
from core.onnx.mapped_models import mapped


def write_product(path, factor: float, side: int = 64) -> None:
    """A model that multiplies (n, side) by a matrix of `factor`, with a word in its metadata."""
    from onnx import TensorProto, helper, numpy_helper, save

    graph = helper.make_graph(
        [helper.make_node("MatMul", ["input", "matrix"], ["output"])],
        "product",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", side])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, ["batch", side])],
        [numpy_helper.from_array(np.full((side, side), factor, np.float32), "matrix")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, {"word": "kept"})
    save(model, path)


@pytest.fixture(autouse=True)
def small_is_large(tmp_path, monkeypatch):
    monkeypatch.setenv("PRODUCT_LENS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(mapped_models, "LARGE", 1000)


def run(path) -> float:
    return runtime.session(path).run(None, {"input": np.ones((1, 64), np.float32)})[0][0, 0]


def test_the_copy_computes_the_same(tmp_path):
    write_product(tmp_path / "model.onnx", 2)
    copy = mapped(tmp_path / "model.onnx")
    assert copy.is_relative_to(tmp_path / "cache")
    assert copy.stat().st_size < 4 * 64 * 64 <= (copy.parent / "numbers").stat().st_size
    assert run(tmp_path / "model.onnx") == run(copy) == 128
    assert runtime.session(copy).get_modelmeta().custom_metadata_map == {"word": "kept"}


def test_a_copy_is_made_once_and_small_files_have_none(tmp_path, monkeypatch):
    write_product(tmp_path / "model.onnx", 2)
    written = mapped(tmp_path / "model.onnx")
    before = written.stat().st_mtime_ns
    assert mapped(tmp_path / "model.onnx") == written
    assert written.stat().st_mtime_ns == before
    monkeypatch.setattr(mapped_models, "LARGE", 1_000_000)
    assert mapped(tmp_path / "model.onnx") == tmp_path / "model.onnx"


def test_a_changed_file_gets_another_copy_and_the_old_one_goes(tmp_path):
    write_product(tmp_path / "model.onnx", 2)
    assert run(tmp_path / "model.onnx") == 128
    old = mapped(tmp_path / "model.onnx")
    write_product(tmp_path / "model.onnx", 3, side=65)
    write_product(tmp_path / "model.onnx", 3)
    assert run(tmp_path / "model.onnx") == 192
    assert not old.exists()
    left = [file.name for file in (tmp_path / "cache").rglob("*") if file.is_file()]
    assert sorted(left) == ["model.onnx", "model.onnx.kept.json", "numbers", "numbers.kept.json"]


def test_the_file_itself_is_opened_if_no_copy_can_be_written(tmp_path, caplog):
    (tmp_path / "cache").write_text("in the way")
    write_product(tmp_path / "model.onnx", 2)
    with caplog.at_level(logging.WARNING):
        assert run(tmp_path / "model.onnx") == 128
    assert "cannot write its memory-mapped copy" in caplog.text


def test_an_invalid_model_gives_one_line(tmp_path):
    (tmp_path / "model.onnx").write_text("not a model" * 1000)
    with pytest.raises(CoreError, match="not a readable ONNX model"):
        runtime.session(tmp_path / "model.onnx")
    assert not list((tmp_path / "cache").rglob("model.onnx"))


@pytest.mark.parametrize("name", ["model.onnx", "numbers"])
def test_a_damaged_copy_is_made_again(tmp_path, name):
    write_product(tmp_path / "model.onnx", 2)
    copy = mapped(tmp_path / "model.onnx")
    damaged = copy.parent / name
    damaged.write_bytes(bytes(damaged.stat().st_size))
    assert run(mapped(tmp_path / "model.onnx")) == 128

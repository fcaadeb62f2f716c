import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core import runtime
from core.errors import CoreError


def write_scaling(path: Path, factor: float) -> None:
    """An ONNX model that multiplies (n, 2) by a factor."""
    from onnx import TensorProto, helper, numpy_helper, save

    graph = helper.make_graph(
        [helper.make_node("Mul", ["input", "factor"], ["output"])],
        "scaling",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", 2])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, ["batch", 2])],
        [numpy_helper.from_array(np.float32(factor), "factor")],
    )
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)


def run(path: Path) -> list[list[float]]:
    return runtime.session(path).run(None, {"input": np.ones((1, 2), np.float32)})[0].tolist()


def test_a_file_is_opened_once(tmp_path, monkeypatch):
    write_scaling(tmp_path / "model.onnx", 3)
    monkeypatch.chdir(tmp_path)
    assert run(Path("model.onnx")) == [[3, 3]]
    assert runtime.session(tmp_path / "model.onnx") is runtime.session(Path("model.onnx"))


def test_a_changed_file_is_opened_again(tmp_path):
    path = tmp_path / "model.onnx"
    write_scaling(path, 3)
    before = runtime.session(path)
    write_scaling(path, 5)
    os.utime(path, ns=(1, 1))
    assert runtime.session(path) is not before
    assert run(path) == [[5, 5]]


def test_idle_threads_do_not_spin(tmp_path):
    write_scaling(tmp_path / "model.onnx", 1)
    options = runtime.session(tmp_path / "model.onnx").get_session_options()
    assert options.get_session_config_entry("session.intra_op.allow_spinning") == "0"
    assert options.intra_op_num_threads == runtime.threads() >= 1


def test_what_is_no_model_gives_one_line(tmp_path):
    with pytest.raises(CoreError, match="no model file at") as missing:
        runtime.session(tmp_path / "none.onnx")
    (tmp_path / "text.onnx").write_text("not a model")
    with pytest.raises(CoreError, match="not a readable ONNX model") as damaged:
        runtime.session(tmp_path / "text.onnx")
    assert "\n" not in f"{missing.value}{damaged.value}"


def test_importing_the_modules_stays_light():
    heavy = {
        "torch",
        "tensorflow",
        "keras",
        "transformers",
        "sklearn",
        "onnxruntime",
        "h5py",
        "huggingface_hub",
    }
    code = f"import sys, core.features, core.encoders, core.export; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_onnx_runtime_reports_nothing_to_its_maker(tmp_path):
    write_scaling(tmp_path / "model.onnx", 1)
    code = "import sys; from core.runtime import session; session(sys.argv[1])"
    # Elsewhere its device id would appear under HOME; it also keeps quiet where CI is set.
    environment = {"HOME": str(tmp_path), "PATH": os.defpath}
    command = [sys.executable, "-c", code, str(tmp_path / "model.onnx")]
    subprocess.run(command, env=environment, check=True)
    assert [file.name for file in tmp_path.iterdir()] == ["model.onnx"]

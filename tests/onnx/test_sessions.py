import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from core.common.errors import CoreError
from core.onnx import sessions as runtime


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


def test_encoders_run_on_all_cores_and_heads_on_one(tmp_path, monkeypatch):
    monkeypatch.setenv(runtime.THREADS, "3")
    write_scaling(tmp_path / "model.onnx", 1)
    encoder, head = (runtime.session(tmp_path / "model.onnx", gpu=gpu) for gpu in (True, False))
    assert encoder.get_session_options().intra_op_num_threads == runtime.threads() == 3
    assert head.get_session_options().intra_op_num_threads == 1


def test_threads_share_the_session_of_a_file(tmp_path, monkeypatch):
    write_scaling(tmp_path / "model.onnx", 1)
    opened, usual = [], runtime._open
    monkeypatch.setattr(runtime, "_open", lambda *given: opened.append(time.sleep(0.05)) or usual(*given))
    with ThreadPoolExecutor(4) as pool:
        sessions = list(pool.map(lambda _: runtime.session(tmp_path / "model.onnx"), range(4)))
    assert len(opened) == 1
    assert len({id(one) for one in sessions}) == 1


def test_one_file_does_not_wait_for_another(tmp_path, monkeypatch):
    for name in ("slow", "quick"):
        write_scaling(tmp_path / f"{name}.onnx", 1)
    held, usual = threading.Event(), runtime._open

    def wait(path, *given):
        assert path.stem == "quick" or held.wait(10)
        return usual(path, *given)

    monkeypatch.setattr(runtime, "_open", wait)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(runtime.session, tmp_path / "slow.onnx")
        assert runtime.session(tmp_path / "quick.onnx") is not None
        assert not slow.done()
        held.set()
        assert slow.result(10) is not None


def test_the_thread_pool_is_shared():
    assert runtime.workers() is runtime.workers()
    used = set(runtime.workers().map(lambda _: threading.current_thread().name, range(50)))
    assert 1 <= len(used) <= runtime.threads()


def test_an_invalid_model_gives_one_line(tmp_path):
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
    modules = "core.features.products, core.features.encoders.registry, core.onnx.export"
    code = f"import sys, {modules}; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_answer_needs_no_pandas(tiny_bundle):
    code = """
import sys
from core.serving.predictor import Predictor
from tests import tiny
tiny.register_tiny_encoders()
answer = Predictor.load(sys.argv[1], ["text"]).classify("a ceramic mug")
print(answer.neighbours[0].category, sorted({"pandas", "sklearn", "scipy", "onnx"} & set(sys.modules)))
"""
    command = [sys.executable, "-c", code, str(tiny_bundle)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "Mugs []"


def test_onnx_runtime_sends_no_telemetry(tmp_path):
    write_scaling(tmp_path / "model.onnx", 1)
    code = "import sys; from core.onnx.sessions import session; session(sys.argv[1])"
    # Elsewhere its device id would appear under HOME; it also keeps quiet where CI is set.
    environment = {"HOME": str(tmp_path), "PATH": os.defpath}
    command = [sys.executable, "-c", code, str(tmp_path / "model.onnx")]
    subprocess.run(command, env=environment, check=True)
    assert [file.name for file in tmp_path.iterdir()] == ["model.onnx"]

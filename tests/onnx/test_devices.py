import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.common.errors import CoreError
from core.onnx import devices as device
from core.onnx import sessions as runtime
from tests.onnx.test_sessions import run, write_scaling

CUDA_BUILD = ["TensorrtExecutionProvider", "CUDAExecutionProvider", "CPUExecutionProvider"]
MAC_BUILD = ["CoreMLExecutionProvider", "CPUExecutionProvider"]
ENCODE = """
import sys
import numpy as np
from PIL import Image
from core.encoders import load_encoder
from core.runtime import session
texts = ["", "mug", "A blue ceramic mug with a handle. " * 60]
images = [Image.open(file).convert("RGB") for file in sys.argv[2:]]
made = {name: load_encoder(name) for name in ("minilm", "compact")}
np.savez(
    sys.argv[1],
    minilm=made["minilm"].encode(texts),
    compact=made["compact"].encode(images),
    ran_on=[session(one.onnx_path, gpu=True).get_providers()[0] for one in made.values()],
)
"""


def driver(started: int = 0, counted: int = 0, count: int = 1) -> type:
    """A driver's library whose two functions return `started` and `counted`, with `count` GPUs."""

    class Library:
        def __init__(self, name: str) -> None:
            assert name == device.DRIVER

        def cuInit(self, flags: int) -> int:
            return started

        def cuDeviceGetCount(self, place: object) -> int:
            place._obj.value = count
            return counted

    return Library


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.delenv(device.VARIABLE, raising=False)
    counted = device.gpus
    counted.cache_clear()
    yield
    counted.cache_clear()


@pytest.mark.parametrize(
    ("setting", "built_for", "wanted"),
    [
        (None, CUDA_BUILD, True),
        ("", CUDA_BUILD, True),
        (" Auto ", CUDA_BUILD, True),
        ("cpu", CUDA_BUILD, False),
        ("CPU", CUDA_BUILD, False),
        (None, CUDA_BUILD[2:], False),
        (None, MAC_BUILD, False),
    ],
)
def test_a_gpu_is_used_if_onnx_runtime_supports_it_and_the_setting_allows_it(setting, built_for, wanted):
    assert device.wants_gpu(setting, built_for) is wanted


def test_another_setting_is_a_users_mistake(tmp_path, monkeypatch):
    with pytest.raises(CoreError, match="PRODUCT_LENS_DEVICE: expected auto or cpu, got 'gpu0'"):
        device.wants_gpu("gpu0", CUDA_BUILD)
    monkeypatch.setenv(device.VARIABLE, "tpu")
    write_scaling(tmp_path / "model.onnx", 2)
    with pytest.raises(CoreError, match="got 'tpu'"):
        runtime.session(tmp_path / "model.onnx", gpu=True)
    assert run(tmp_path / "model.onnx") == [[2, 2]]  # a head does not ask


@pytest.mark.parametrize(
    ("library", "count"),
    [(driver(count=2), 2), (driver(count=0), 0), (driver(started=100), 0), (driver(counted=3), 0)],
)
def test_gpus_are_counted_by_their_driver(library, count, monkeypatch):
    monkeypatch.setattr(device.ctypes, "CDLL", library)
    assert device.gpus() == count


def test_no_driver_is_no_gpu(monkeypatch):
    def missing(name: str) -> None:
        raise OSError(f"{name}: cannot open shared object file")

    monkeypatch.setattr(device.ctypes, "CDLL", missing)
    assert device.gpus() == 0


def test_cuda_comes_first_where_there_is_a_gpu_and_computes_in_full_precision(monkeypatch):
    import onnxruntime

    loaded = []
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: CUDA_BUILD)
    monkeypatch.setattr(onnxruntime, "preload_dlls", lambda: loaded.append(True))
    monkeypatch.setattr(device, "gpus", lambda: 1)
    (first, options), last = device.providers()
    assert (first, options["use_tf32"], last) == ("CUDAExecutionProvider", "0", "CPUExecutionProvider")
    assert loaded == [True]
    monkeypatch.setattr(device, "gpus", lambda: 0)
    assert device.providers() == ["CPUExecutionProvider"]
    assert loaded == [True]


def test_only_encoders_use_a_gpu(tmp_path, monkeypatch):
    lookups = []
    monkeypatch.setattr(runtime, "providers", lambda: lookups.append(True) or [device.CPU])
    write_scaling(tmp_path / "model.onnx", 2)
    head = runtime.session(tmp_path / "model.onnx")
    assert not lookups
    encoder = runtime.session(tmp_path / "model.onnx", gpu=True)
    assert lookups == [True]
    assert encoder is not head
    assert runtime.session(tmp_path / "model.onnx", gpu=True) is encoder


def encode(folder: Path, name: str, setting: str) -> dict[str, np.ndarray]:
    """Encode texts and images in a fresh process that has `setting` for the device."""
    files = []
    for number, size in enumerate([(64, 48), (300, 500), (224, 224)]):
        noise = np.random.default_rng(number).integers(0, 256, (*size, 3), np.uint8)
        Image.fromarray(noise).save(folder / f"{number}.png")
        files.append(str(folder / f"{number}.png"))
    command = [sys.executable, "-c", ENCODE, str(folder / name), *files]
    subprocess.run(command, env=os.environ | {device.VARIABLE: setting}, check=True)
    with np.load(folder / name) as made:
        return dict(made)


@pytest.mark.slow
def test_vectors_of_a_gpu_are_those_of_the_cpu(tmp_path):
    import onnxruntime

    if device.CUDA not in onnxruntime.get_available_providers():
        pytest.skip("ONNX Runtime is not built for CUDA here (requirements_gpu.txt)")
    if not device.gpus():
        pytest.skip("no NVIDIA GPU here")
    by_gpu, by_cpu = (encode(tmp_path, f"{setting}.npz", setting) for setting in ("auto", "cpu"))
    assert set(by_gpu["ran_on"]) == {device.CUDA}
    assert set(by_cpu["ran_on"]) == {device.CPU}
    for name in ("minilm", "compact"):
        np.testing.assert_allclose(by_gpu[name], by_cpu[name], atol=1e-5)

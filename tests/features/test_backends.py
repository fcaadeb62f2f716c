"""What runs encoders: OpenVINO where it is installed, int8 for texts."""

import importlib.util
import os
import subprocess
import sys

import numpy as np
import pytest

from core.cli.commands import main
from core.common.errors import CoreError
from core.features import backends
from core.features.backends import Backend
from core.features.cache import FeatureCache
from core.features.encoders.registry import load_encoder
from core.features.encoders.text import TextEncoder
from core.onnx import openvino_lanes as openvino_runtime
from core.onnx.openvino_lanes import openvino_lanes
from tests import tiny
from tests.onnx.test_lanes import WORDS, words_file  # noqa: F401
from tests.onnx.test_sessions import write_scaling
from tests.paths import ROOT

needs_openvino = pytest.mark.skipif(
    importlib.util.find_spec("openvino") is None, reason="OpenVINO is not installed"
)
NAMES = ["red shirt", "", "blue cotton trousers with pockets " * 9, "cap"] + [f"mug {n}" for n in range(60)]


@pytest.fixture
def words(words_file):  # noqa: F811
    return TextEncoder("words", 6, "0" * 16, words_file, bundled=True)


def test_damaged_weights_in_8_bits_are_made_again(tmp_path, monkeypatch):
    monkeypatch.setenv("PRODUCT_LENS_CACHE", str(tmp_path))

    def export(kind, source, target):
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(b"eight bits")

    monkeypatch.setattr(backends, "run_export", export)
    path = backends.int8_export("words", "0" * 16, tmp_path / "words.onnx")
    path.write_bytes(b"eight")
    assert backends.int8_export("words", "0" * 16, tmp_path / "words.onnx") == path
    assert path.read_bytes() == b"eight bits"


def test_without_openvino_one_line_names_the_command(monkeypatch):
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(CoreError, match=r"pip install -r requirements_openvino\.txt") as told:
        Backend.chosen("openvino", None)
    assert "\n" not in str(told.value)
    assert (ROOT / openvino_runtime.INSTALL.split()[-1]).is_file()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--backend", "openvino"], "pip install -r requirements_openvino.txt"),
        (["--precision", "int8"], "not for stored vectors"),
        (["--precision", "bf16"], "needs --backend openvino"),
    ],
)
def test_the_command_line_refuses_in_one_line(monkeypatch, capsys, tmp_path, options, says):
    monkeypatch.setitem(sys.modules, "openvino", None)
    given = [
        "embed",
        "--data",
        str(tmp_path),
        "--encoder",
        "minilm",
        "--out",
        str(tmp_path / "v.npy"),
        *options,
    ]
    assert main(given) == 2
    told = capsys.readouterr().err
    assert says in told
    assert told.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "precision", "says"),
    [("onnx", "bf16", "needs --backend openvino"), ("openvino", "int8", "needs --backend onnx")],
)
def test_what_does_not_go_together(monkeypatch, name, precision, says):
    monkeypatch.setattr(backends, "require_openvino", lambda: None)
    with pytest.raises(CoreError, match=says):
        Backend.chosen(name, precision)


@pytest.mark.parametrize(("has", "expected"), [(True, "bf16"), (False, "fp32")])
def test_openvino_takes_bf16_where_the_processor_has_it(monkeypatch, has, expected):
    monkeypatch.setattr(backends, "require_openvino", lambda: None)
    monkeypatch.setattr(backends, "has_bf16", lambda: has)
    assert Backend.chosen("openvino", None) == Backend("openvino", expected)
    assert Backend.chosen("openvino", "fp32") == Backend("openvino", "fp32")
    assert Backend.chosen("onnx", None) == Backend()
    if not has:
        with pytest.raises(CoreError, match="does not support bf16"):
            Backend.chosen("openvino", "bf16")


def test_encoders_without_a_network_and_images_in_int8_stay(tmp_path):
    encoder = tiny.TinyText()
    assert Backend("openvino", "bf16").applied(encoder) is encoder
    image = tiny.TinyImage()
    image.on = lambda *_: pytest.fail("int8 ruins image encoders")
    assert Backend("onnx", "int8").applied(image) is image


def test_vectors_of_another_precision_are_kept_apart(tmp_path):
    plain, other = tiny.TinyText(), tiny.TinyText()
    other.precision = "bf16"
    key = b"k" * 16
    for encoder, number in ((plain, 1), (other, 2)):
        cache = FeatureCache.open(tmp_path, encoder)
        cache.put([key], np.full((1, encoder.dim), number, np.float32))
        cache.flush()
    assert [FeatureCache.open(tmp_path, e).get([key])[key][0] for e in (plain, other)] == [1, 2]


@needs_openvino
def test_openvino_runs_the_same_file(words):
    fast = Backend("openvino", "fp32").applied(words)
    texts = [" ".join(WORDS[: n % 6]) for n in range(300)] + ["unknown"]
    np.testing.assert_allclose(fast.encode(texts), words.encode(texts), atol=1e-6)


@needs_openvino
def test_a_changed_file_is_opened_again_by_openvino(tmp_path):
    path = tmp_path / "model.onnx"
    feed = {"input": np.ones((1, 2), np.float32)}
    for factor in (3, 5):
        write_scaling(path, factor)
        os.utime(path, ns=(factor, factor))
        assert openvino_lanes(path, "fp32").run(feed).tolist() == [[factor, factor]]


@needs_openvino
def test_what_openvino_cannot_read_is_one_line(tmp_path):
    (tmp_path / "text.onnx").write_text("not a model")
    with pytest.raises(CoreError, match="OpenVINO cannot run") as told:
        openvino_lanes(tmp_path / "text.onnx", "fp32")
    assert "\n" not in str(told.value)


@needs_openvino
def test_openvino_reports_nothing_to_its_maker(tmp_path):
    write_scaling(tmp_path / "model.onnx", 1)
    code = (
        "import socket, sys\n"
        "socket.socket.connect = socket.getaddrinfo = lambda *_, **__: print('called')\n"
        "from core.onnx.openvino_lanes import openvino_lanes\n"
        "openvino_lanes(sys.argv[1], 'fp32')\n"
    )
    environment = {"HOME": str(tmp_path), "PATH": os.defpath}
    command = [sys.executable, "-c", code, str(tmp_path / "model.onnx")]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    assert done.stdout == ""
    assert [file.name for file in tmp_path.iterdir()] == ["model.onnx"]


@needs_openvino
@pytest.mark.slow
@pytest.mark.parametrize(("precision", "least"), [("fp32", 0.999999), ("bf16", 0.9999)])
def test_minilm_in_openvino(precision, least):
    if precision == "bf16" and not openvino_runtime.has_bf16():
        pytest.skip("this processor has no bf16")
    encoder = load_encoder("minilm")
    cosine = (Backend("openvino", precision).applied(encoder).encode(NAMES) * encoder.encode(NAMES)).sum(
        axis=1
    )
    assert cosine.min() > least


@pytest.mark.slow
def test_minilm_in_int8_is_near_but_not_the_same():
    encoder = load_encoder("minilm")
    quick = Backend("onnx", "int8").applied(encoder)
    assert (quick.precision, quick.name, quick.dim) == ("int8", "minilm", 384)
    cosine = (quick.encode(NAMES) * encoder.encode(NAMES)).sum(axis=1)
    assert 0.95 < cosine.min() < 0.9999

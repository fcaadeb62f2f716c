import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.common.errors import CoreError, EncoderError
from core.onnx import export
from core.onnx import export_process as exporters
from core.onnx import sessions as runtime
from core.onnx.tracing import add_metadata, fold_constants, fold_padding


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
def test_other_padding_stays(tmp_path, kept):
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


def test_a_failed_export_says_why_in_one_line_and_leaves_nothing(tmp_path):
    with pytest.raises(CoreError, match="cannot be exported to ONNX") as error:
        export.run_export("no such kind", tmp_path / "source", tmp_path / "out" / "model.onnx")
    assert "\n" not in str(error.value)
    assert not list((tmp_path / "out").iterdir())


def test_a_cached_export_is_made_once(tmp_path, monkeypatch):
    monkeypatch.setenv("PRODUCT_LENS_CACHE", str(tmp_path))
    made = []

    def run(kind, source, target, *arguments, metadata):
        made.append((kind, source, arguments, metadata))
        Path(target).parent.mkdir(parents=True, exist_ok=True)
        Path(target).write_text("model")

    monkeypatch.setattr(export, "run_export", run)
    paths = {export.cached_export("tiny", "abc", "network", Path("weights.h5"), "a:b") for _ in range(2)}
    assert paths == {export.cached_path("tiny", "abc")}
    assert made == [("network", Path("weights.h5"), ("a:b",), None)]
    export.cached_export("tiny", "other", "network", Path("weights.h5"), "a:b", metadata={"a": "b"})
    assert [metadata for *_, metadata in made] == [None, {"a": "b"}]


def test_a_model_keeps_what_it_says_of_itself(tmp_path, monkeypatch):
    def write(source, target):
        write_padded_convolution(Path(target))
        add_metadata(target, {"tokenizer": "{}", "side": "4"})

    monkeypatch.setitem(exporters.EXPORTERS, "padded", write)
    exporters.main('{"side": "8", "more": "yes"}', "padded", "source", str(tmp_path / "model.onnx"))
    said = runtime.session(tmp_path / "model.onnx").get_modelmeta().custom_metadata_map
    assert said == {"tokenizer": "{}", "side": "8", "more": "yes"}


def test_weights_that_the_exporter_refuses_are_the_users_to_mend(tmp_path, monkeypatch, capsys):
    def refuse(source, target):
        raise EncoderError("expected 3, got 4")

    monkeypatch.setitem(exporters.EXPORTERS, "refusing", refuse)
    with pytest.raises(SystemExit) as left:
        exporters.main("{}", "refusing", "source", "target")
    said = "a warning of the library\n" + capsys.readouterr().err
    done = subprocess.CompletedProcess([], left.value.code, "", said)
    monkeypatch.setattr(export.subprocess, "run", lambda *_, **__: done)
    with pytest.raises(EncoderError, match=r"^expected 3, got 4$"):
        export.run_export("refusing", tmp_path / "source", tmp_path / "model.onnx")
    assert not list(tmp_path.iterdir())


# A process of its own, on TensorFlow, as heads are trained: this process stays without a framework.
WRITE_KERAS = """
import sys
import numpy as np
import keras
from keras import layers

keras.utils.set_random_seed(0)
kind, folder = sys.argv[1:]
if kind == "mlp":
    parts = [keras.Input((6,)), layers.BatchNormalization(), layers.Dense(16, "relu"), layers.Dropout(0.5),
             layers.BatchNormalization(), layers.Dense(3, "softmax")]
else:
    parts = [keras.Input((9, 9, 3)),
             layers.ZeroPadding2D(((0, 1), (0, 1))), layers.Conv2D(8, 3, strides=2),
             layers.BatchNormalization(scale=False), layers.ReLU(6.0),
             layers.DepthwiseConv2D(3, padding="same"), layers.BatchNormalization(center=False),
             layers.ReLU(negative_slope=0.1), layers.GlobalAveragePooling2D()]
model = keras.Sequential(parts)
random = np.random.default_rng(0)
model.set_weights([random.uniform(0.2, 1, weight.shape) for weight in model.get_weights()])
x = random.normal(size=(5, *model.input_shape[1:])).astype("float32")
np.savez(f"{folder}/expected.npz", x=x, y=model.predict(x, verbose=0))
model.save(f"{folder}/model.keras")
"""


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["mlp", "network"])
def test_a_keras_file_computes_the_same(tmp_path, kind):
    subprocess.run([sys.executable, "-c", WRITE_KERAS, kind, tmp_path], check=True, capture_output=True)
    export.export_keras_file(tmp_path / "model.keras", tmp_path / "model.onnx")
    expected = np.load(tmp_path / "expected.npz")
    session = runtime.session(tmp_path / "model.onnx")
    assert [end.name for end in (*session.get_inputs(), *session.get_outputs())] == ["input", "output"]
    for rows in (5, 1):
        got = session.run(None, {"input": expected["x"][:rows]})[0]
        np.testing.assert_allclose(got, expected["y"][:rows], atol=1e-5)
    assert np.ptp(expected["y"]) > 0.01


@pytest.mark.slow
def test_what_is_no_keras_file_gives_one_line(tmp_path):
    (tmp_path / "model.keras").write_text("no model")
    with pytest.raises(CoreError, match=r"model\.keras cannot be exported") as error:
        export.export_keras_file(tmp_path / "model.keras", tmp_path / "model.onnx")
    assert "\n" not in str(error.value)
    assert not (tmp_path / "model.onnx").exists()

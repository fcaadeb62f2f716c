import http.server
import json
import struct
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.common.errors import EncoderError
from core.features.encoders import minilm, mobilenet, weights
from core.features.encoders import registry as encoders
from core.features.encoders.bundled import encoder_info, load_bundled_encoder, load_onnx_encoder
from core.features.encoders.image import ImageEncoder
from core.features.encoders.preparation import fit
from core.features.encoders.registry import ENCODERS, describe_encoders, load_encoder
from core.features.encoders.text import MAX_TOKENS, TextEncoder
from core.onnx.export import cached_path

WORDS = ["red", "blue", "shirt", "cap", "cotton"]


def write_text_model(path: Path) -> None:
    """A text encoder of 3 numbers: a table of word vectors, averaged over the mask; with a tokenizer that,
    like MiniLM's, comes with a fixed length."""
    from onnx import TensorProto, helper, numpy_helper, save
    from tokenizers import Tokenizer, models, pre_tokenizers

    vocabulary = {word: place for place, word in enumerate(["[PAD]", "[UNK]", *WORDS])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.enable_truncation(4)
    tokenizer.enable_padding(length=4)
    table = np.random.default_rng(0).normal(size=(len(vocabulary), 3)).astype(np.float32)
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["words"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last"], ["weight"]),
        helper.make_node("Mul", ["words", "weight"], ["weighted"]),
        helper.make_node("ReduceSum", ["weighted", "tokens_axis"], ["output"], keepdims=0),
    ]
    free = ["batch", "tokens"]
    graph = helper.make_graph(
        nodes,
        "words",
        [
            helper.make_tensor_value_info(name, TensorProto.INT64, free)
            for name in ("input_ids", "attention_mask")
        ],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, ["batch", 3])],
        [
            numpy_helper.from_array(table, "table"),
            numpy_helper.from_array(np.int64([2]), "last"),
            numpy_helper.from_array(np.int64([1]), "tokens_axis"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, {"tokenizer": tokenizer.to_str()})
    save(model, path)


def write_image_model(path: Path, side: int = 4) -> None:
    """An image encoder of 3 numbers: the mean of each channel."""
    from onnx import TensorProto, helper, save

    graph = helper.make_graph(
        [helper.make_node("ReduceMean", ["input"], ["output"], axes=[2, 3], keepdims=0)],
        "means",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", 3, side, side])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, ["batch", 3])],
    )
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)


@pytest.fixture
def text_encoder(tmp_path):
    write_text_model(tmp_path / "text.onnx")
    return TextEncoder("tiny", 3, "abc", tmp_path / "text.onnx")


@pytest.fixture
def image_encoder(tmp_path):
    write_image_model(tmp_path / "image.onnx")
    return ImageEncoder("means", 3, 4, "def", tmp_path / "image.onnx")


def noise(count: int, side: int = 40) -> list[Image.Image]:
    random = np.random.default_rng(0)
    return [Image.fromarray(random.integers(0, 256, (side, side + n, 3), np.uint8)) for n in range(count)]


# --- the registry


def test_every_entry_describes_itself():
    for name, entry in ENCODERS.items():
        assert entry.name == name
        assert entry.modality in ("text", "image")
        assert entry.dim > 0 and entry.size_mb >= 0 and entry.licence and entry.origin
    assert {"minilm", "mobilenet", "mobilenet-0.75"} <= set(ENCODERS)


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(EncoderError, match=r"unknown encoder 'vgg'; known: .*minilm.*mobilenet"):
        load_encoder("vgg")
    with pytest.raises(EncoderError, match="unknown text encoder 'mobilenet'; known:") as error:
        load_encoder("mobilenet", modality="text")
    assert "minilm" in str(error.value)
    assert "mobilenet-0.75" not in str(error.value)


def test_a_new_encoder_is_one_entry(monkeypatch, text_encoder):
    asked = []
    entry = encoders.EncoderEntry(
        "tiny",
        "text",
        3,
        "MIT",
        0.1,
        "here",
        lambda named: None,
        lambda *args: asked.append(args) or text_encoder,
    )
    monkeypatch.setitem(ENCODERS, "tiny", entry)
    assert load_encoder("tiny", "weights.bin", modality="text") is text_encoder
    assert asked[0][0] == Path("weights.bin")
    assert not {info.name: info for info in describe_encoders()}["tiny"].here


def test_describing_loads_nothing_and_says_where_weights_lie(monkeypatch, tmp_path):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(weights, "ARTIFACTS", tmp_path / "artifacts")
    before = {info.name: info for info in describe_encoders()}
    assert not before["mobilenet"].here
    file = tmp_path / "models" / mobilenet.FILES[1.0]
    file.parent.mkdir()
    file.write_text("weights")
    after = {info.name: info for info in describe_encoders()}
    assert after["mobilenet"].path == file
    assert after["mobilenet"].dim == 1024
    assert not after["mobilenet-0.75"].here


# --- texts


def test_texts_become_vectors_of_length_one(text_encoder):
    vectors = text_encoder.encode(["red shirt", "blue cap", "cotton"])
    assert vectors.dtype == np.float32
    assert vectors.shape == (3, 3)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_no_texts(text_encoder):
    assert text_encoder.encode([]).shape == (0, 3)


def test_a_text_without_tokens_is_finite(text_encoder):
    assert np.isfinite(text_encoder.encode(["", "red"])).all()


def test_a_text_does_not_depend_on_its_batch(text_encoder):
    texts = [" ".join(WORDS[: 1 + n % 5] * (1 + n % 7)) for n in range(50)]
    together = text_encoder.encode(texts)
    alone = np.concatenate([text_encoder.encode([text]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_texts_are_cut_at_256_tokens_not_where_the_file_says(text_encoder):
    long = "red " * (MAX_TOKENS - 1)
    same = text_encoder.encode([long + "red", long + "red blue", long + "blue"])
    np.testing.assert_array_equal(same[0], same[1])
    assert (same[0] != same[2]).any()


# --- images


def test_images_become_vectors_of_length_one(image_encoder):
    vectors = image_encoder.encode(noise(20))
    assert vectors.dtype == np.float32
    assert vectors.shape == (20, 3)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_no_images(image_encoder):
    assert image_encoder.encode([]).shape == (0, 3)


def test_pixels_go_from_minus_one_to_one(image_encoder):
    (vector,) = image_encoder.encode([Image.new("RGB", (9, 5), (255, 0, 51))])
    np.testing.assert_allclose(vector, np.float32([1, -1, -0.6]) / np.sqrt(2.36), atol=1e-6)


def test_an_image_does_not_depend_on_its_batch(image_encoder):
    images = noise(20)
    alone = np.concatenate([image_encoder.encode([image]) for image in images])
    np.testing.assert_allclose(image_encoder.encode(images), alone, atol=1e-5)


def test_preparing_before_changes_nothing(image_encoder):
    images = noise(3)
    prepared = [image_encoder.prepare(image) for image in images]
    assert {(image.shape, image.dtype) for image in prepared} == {((4, 4, 3), np.dtype(np.uint8))}
    np.testing.assert_array_equal(image_encoder.encode(prepared), image_encoder.encode(images))


def test_fit_shows_the_whole_image_without_aliasing():
    stripes = np.zeros((64, 64, 3), np.uint8)
    stripes[:, ::2] = 255
    stripes[:, 32:] = 255
    small = np.asarray(fit(Image.fromarray(stripes), 8))
    # Half grey, half white: fine stripes blend, and both ends of the image are seen.
    assert abs(int(small[:, :3].mean()) - 127) < 4
    assert small[:, 5:].min() > 250
    assert fit(Image.new("L", (30, 10)), 8).mode == "RGB"


# --- bundles


@pytest.mark.parametrize("kind", ["text_encoder", "image_encoder"])
def test_a_bundle_brings_its_encoder_back(kind, request, tmp_path):
    encoder = request.getfixturevalue(kind)
    info = json.loads(json.dumps(encoder_info(encoder)))
    assert (info["name"], info["dim"], info["bundled"]) == (encoder.name, 3, False)
    again = load_bundled_encoder(info, tmp_path)
    items = WORDS if kind == "text_encoder" else noise(3)
    np.testing.assert_array_equal(again.encode(items), encoder.encode(items))
    assert encoder_info(again) == info


def test_a_bundles_encoder_must_fit(tmp_path, text_encoder, image_encoder):
    text, image = encoder_info(text_encoder), encoder_info(image_encoder)
    for info, path, expected in [
        (text, tmp_path / "gone.onnx", "no model file at"),
        (text | {"dim": 5}, text_encoder.onnx_path, "expected 5 numbers per text and a tokenizer, got 3"),
        (text, image_encoder.onnx_path, "no tokenizer"),
        (image | {"side": 8}, image_encoder.onnx_path, r"expected shapes \[\[3, 8, 8\], \[3\]\] in and out"),
        (
            image | {"preprocessing": 0},
            image_encoder.onnx_path,
            "preprocessing 0, but this version has 1",
        ),
    ]:
        with pytest.raises(EncoderError, match=expected):
            load_onnx_encoder(info["name"], path, info)


def test_an_encoder_of_the_installation_needs_no_weights_once_exported(tmp_path, monkeypatch, text_encoder):
    monkeypatch.setenv("PRODUCT_LENS_CACHE", str(tmp_path / "cache"))
    info = encoder_info(text_encoder) | {"bundled": True}
    exported = cached_path("tiny", "abc")
    exported.parent.mkdir(parents=True)
    write_text_model(exported)
    assert load_bundled_encoder(info, tmp_path).onnx_path == exported


def test_other_weights_than_the_bundles_are_refused(tmp_path, monkeypatch, text_encoder):
    monkeypatch.setenv("PRODUCT_LENS_CACHE", str(tmp_path / "cache"))
    entry = encoders.EncoderEntry("tiny", "text", 3, "MIT", 1, "", lambda _: None, lambda *_: text_encoder)
    monkeypatch.setitem(ENCODERS, "tiny", entry)
    info = encoder_info(text_encoder) | {"bundled": True, "weights_id": "other"}
    with pytest.raises(EncoderError, match="built with weights other, but this machine has abc"):
        load_bundled_encoder(info, tmp_path)


# --- weights


def write_hdf5(path: Path, shapes) -> Path:
    import h5py

    with h5py.File(path, "w") as file:
        for place, shape in enumerate(shapes):
            file.create_dataset(f"layers/layer_{place}/vars/0", shape, "float32")
    return path


def mobilenet_shapes(alpha: float) -> list[tuple[int, ...]]:
    return list(mobilenet.shapes(alpha).elements())


def test_the_width_of_mobilenet_is_found_from_its_weights(tmp_path):
    for alpha in (1.0, 0.75):
        file = write_hdf5(tmp_path / f"{alpha}.h5", mobilenet_shapes(alpha))
        assert mobilenet.width_of(file, (1.0, 0.75)) == alpha
    # 3,228,864 and 1,832,976 are what Keras counts for these networks.
    assert sum(int(np.prod(shape)) for shape in mobilenet_shapes(1.0)) == 3_228_864
    assert sum(int(np.prod(shape)) for shape in mobilenet_shapes(0.75)) == 1_832_976


@pytest.mark.data
def test_the_real_weights_are_of_width_three_quarters(mobilenet_weights):
    assert mobilenet.width_of(mobilenet_weights, (1.0, 0.75)) == 0.75


def test_weights_of_another_network_are_refused_with_both_shapes(tmp_path):
    resnet = write_hdf5(tmp_path / "resnet.h5", [(7, 7, 3, 64), (64,), (1, 1, 64, 256), (1, 1, 512, 2048)])
    expected = (
        r"expected 135 arrays, kernels \(3, 3, 3, 32\) to \(1, 1, 1024, 1024\) or 135 .*\(1, 1, 768, 768\).*"
        r"got 4 arrays, kernels \(7, 7, 3, 64\) to \(1, 1, 512, 2048\)"
    )
    with pytest.raises(EncoderError, match=expected):
        load_encoder("mobilenet", resnet)
    narrow = write_hdf5(tmp_path / "narrow.h5", mobilenet_shapes(0.75))
    wide = write_hdf5(tmp_path / "wide.h5", mobilenet_shapes(1.0))
    with pytest.raises(EncoderError, match="another model's weights"):
        load_encoder("mobilenet-0.75", wide)
    with pytest.raises(EncoderError, match="another model's weights"):
        mobilenet.width_of(narrow, (1.0,))
    with pytest.raises(EncoderError, match="got 0 arrays"):
        load_encoder("mobilenet", write_hdf5(tmp_path / "empty.h5", []))


def write_safetensors(folder: Path, shapes: dict[str, tuple[int, ...]]) -> Path:
    folder.mkdir(exist_ok=True)
    header = json.dumps({name: {"dtype": "F32", "shape": shape} for name, shape in shapes.items()}).encode()
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(header)) + header)
    for file in ("config.json", "tokenizer.json"):
        (folder / file).write_text("{}")
    return folder


@pytest.mark.parametrize("name", ["minilm", "mobilenet"])
@pytest.mark.parametrize(
    "content", [b"", b"just a text", bytes(range(256)) * 40], ids=["empty", "text", "bytes"]
)
def test_what_is_no_weights_file_is_refused_in_one_line(tmp_path, name, content):
    folder = write_safetensors(tmp_path / "model", {})
    file = folder / "model.safetensors"
    file.write_bytes(content)
    with pytest.raises(EncoderError, match=f"encoder '{name}': .*model.safetensors") as error:
        load_encoder(name, file)
    assert "\n" not in str(error.value)


def test_another_bert_is_refused_with_both_shapes(tmp_path):
    base = {"embeddings.word_embeddings.weight": (30522, 768)}
    expected = r"expected embeddings.word_embeddings.weight \(30522, 384\), got \(30522, 768\)"
    with pytest.raises(EncoderError, match=expected):
        load_encoder("minilm", write_safetensors(tmp_path / "bert", base))
    short = {name: shape for name, shape in minilm.SHAPES.items() if "layer" not in name}
    with pytest.raises(EncoderError, match="got none"):
        load_encoder("minilm", write_safetensors(tmp_path / "short", short) / "model.safetensors")


def test_a_folder_without_a_model_is_refused(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(EncoderError, match=r"has no model\.safetensors and no tokenizer\.json"):
        load_encoder("minilm", tmp_path)


@pytest.mark.parametrize("name", ENCODERS)
def test_missing_weights_name_the_option(name, tmp_path):
    with pytest.raises(EncoderError, match=r"no weights at .*gone; check --weights"):
        load_encoder(name, tmp_path / "gone")


# --- the network


@pytest.fixture
def nothing_here(monkeypatch, tmp_path):
    """A machine without any weights."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(weights, "ARTIFACTS", tmp_path / "artifacts")
    monkeypatch.setattr(minilm, "PACKAGE", "no_such_package")
    monkeypatch.setattr(weights, "find_on_hub_cache", lambda *_: None)
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)


@pytest.mark.parametrize("name", ["minilm", "mobilenet", "mobilenet-0.75"])
def test_without_weights_and_network_one_line_says_what_to_do(name, nothing_here, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    expected = f"encoder '{name}': its weights are not on this machine.*HF_HUB_OFFLINE is set.*--weights"
    with pytest.raises(EncoderError, match=expected) as error:
        load_encoder(name)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["minilm", "mobilenet"])
def test_a_network_that_refuses_or_hangs_is_given_up_soon(name, nothing_here, monkeypatch):
    def refuse(*_, **__):
        raise OSError("Name or service not known")

    monkeypatch.setattr("urllib.request.urlopen", refuse)
    with pytest.raises(EncoderError, match=r"Name or service not known.*connect to the network"):
        load_encoder(name)

    woken = threading.Event()

    def hang(*_, **__):
        woken.wait(30)
        raise OSError("timed out")

    monkeypatch.setattr("urllib.request.urlopen", hang)
    monkeypatch.setattr(weights, "CONNECT_SECONDS", 0.1)
    start = time.monotonic()
    with pytest.raises(EncoderError, match="no answer"):
        load_encoder(name)
    assert time.monotonic() - start < 15
    woken.set()


def test_the_hub_is_asked_last_and_its_errors_take_one_line(nothing_here, monkeypatch, tmp_path):
    import huggingface_hub

    class ReadTimeout(Exception):
        """As an HTTP library may raise."""

    asked = []

    def download(repository, file, **_):
        asked.append(file)
        if len(asked) > 3:
            raise ReadTimeout("timed out\nafter a while")
        return str(tmp_path / "snapshot" / file)

    monkeypatch.setattr(weights, "require_network", lambda *_: None)
    monkeypatch.setattr(huggingface_hub, "hf_hub_download", download)
    calls = []
    folder = weights.fetch_from_hub("minilm", "org/model", minilm.FILES, lambda *call: calls.append(call))
    assert folder == tmp_path / "snapshot"
    assert asked == list(minilm.FILES)
    assert calls[-1] == ("Downloading minilm", 3, 3)
    with pytest.raises(EncoderError, match=r"cannot be downloaded from org/model on .*timed out\)") as error:
        weights.fetch_from_hub("minilm", "org/model", ("x",), lambda *_: None)
    assert "\n" not in str(error.value)


def test_the_hubs_cache_is_searched(monkeypatch, tmp_path):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.file_download.constants.HF_HUB_CACHE", str(tmp_path))
    repository = tmp_path / "models--org--model"
    snapshot = repository / "snapshots" / "1234"
    snapshot.mkdir(parents=True)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("1234")
    (snapshot / "config.json").write_text("{}")
    assert weights.find_on_hub_cache("org/model", ("config.json",)) == snapshot
    assert weights.find_on_hub_cache("org/model", ("config.json", "model.safetensors")) is None
    assert weights.find_on_hub_cache("org/other", ("config.json",)) is None


class Server(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def send_header(self, keyword, value):
        if keyword == "Content-Length" and "broken" in self.path:
            value = "4000000"
        super().send_header(keyword, value)


@pytest.fixture
def server(tmp_path):
    folder = tmp_path / "served"
    folder.mkdir()
    (folder / "whole.h5").write_bytes(b"w" * 3_000_000)
    (folder / "broken.h5").write_bytes(b"w" * 1000)
    serving = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Server, directory=folder))
    threading.Thread(target=partial(serving.serve_forever, 0.02), daemon=True).start()
    yield f"http://127.0.0.1:{serving.server_port}/"
    serving.shutdown()


def test_a_download_arrives_whole_and_tells_how_far_it_is(server, tmp_path, nothing_here):
    calls = []
    target = tmp_path / "keras" / "models" / "whole.h5"
    weights.fetch_file("tiny", server + "whole.h5", target, lambda *call: calls.append(call))
    assert target.stat().st_size == 3_000_000
    assert calls[-1] == ("Downloading tiny", 2929, 2929)
    assert len(calls) == 3


@pytest.mark.parametrize("file", ["broken.h5", "none.h5"])
def test_a_broken_download_leaves_nothing(server, tmp_path, nothing_here, file):
    target = tmp_path / "models" / file
    with pytest.raises(EncoderError, match="cannot be downloaded"):
        weights.fetch_file("tiny", server + file, target, lambda *_: None)
    assert not target.exists()
    assert not list(tmp_path.glob("models/*"))


# --- against the frameworks

TEXTS = [
    "red shirt",
    "",
    "   ",
    "Ärmelloses Kleid – größe 38 / 尺码 🙂",
    "cotton curtain, eyelet, 213 cm. " * 5,
    "many words of a long and messy description; " * 100,
    *(f"product number {n} " * (1 + n % 11) for n in range(40)),
]

SENTENCE_TRANSFORMERS = """
import json, sys
import numpy as np
from sentence_transformers import SentenceTransformer

folder, texts, out = sys.argv[1:]
model = SentenceTransformer(folder, device="cpu")
model.max_seq_length = 256
np.save(out, model.encode(json.loads(texts), normalize_embeddings=True))
"""

KERAS = """
import sys
import numpy as np
import keras

weights, images, out = sys.argv[1:]
model = keras.applications.MobileNet(
    alpha=0.75, include_top=False, pooling="avg", input_shape=(224, 224, 3), weights=weights
)
x = keras.applications.mobilenet.preprocess_input(np.load(images).astype("float32"))
y = model.predict(x, verbose=0)
np.save(out, y / np.linalg.norm(y, axis=1, keepdims=True))
"""

OLD_FORMAT = """
import sys
import h5py
import keras
from keras.src.legacy.saving import legacy_h5_format

weights, old = sys.argv[1:]
model = keras.applications.MobileNet(
    alpha=0.75, include_top=False, pooling="avg", input_shape=(224, 224, 3), weights=weights
)
with h5py.File(old, "w") as file:
    legacy_h5_format.save_weights_to_hdf5_group(file, model)
"""


def run(code: str, *arguments: object) -> None:
    """Run a framework in a process of its own."""
    done = subprocess.run([sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_minilm_equals_sentence_transformers(tmp_path):
    found = minilm.find(None)
    if found is None:
        pytest.skip("MiniLM's weights are not here")
    encoder = load_encoder("minilm")
    run(SENTENCE_TRANSFORMERS, found.path, json.dumps(TEXTS), tmp_path / "expected.npy")
    vectors = encoder.encode(TEXTS)
    np.testing.assert_allclose(vectors, np.load(tmp_path / "expected.npy"), atol=1e-5)
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    np.testing.assert_allclose(vectors, alone, atol=1e-5)


@pytest.mark.slow
@pytest.mark.data
def test_mobilenet_equals_keras(tmp_path, mobilenet_weights):
    encoder = load_encoder("mobilenet", mobilenet_weights)
    assert (encoder.name, encoder.dim, encoder.side) == ("mobilenet-0.75", 768, 224)
    images = noise(11, 300)
    np.save(tmp_path / "images.npy", np.stack([np.asarray(fit(image, 224)) for image in images]))
    run(KERAS, mobilenet_weights, tmp_path / "images.npy", tmp_path / "expected.npy")
    vectors = encoder.encode(images)
    np.testing.assert_allclose(vectors, np.load(tmp_path / "expected.npy"), atol=1e-5)
    alone = np.concatenate([encoder.encode([image]) for image in images])
    np.testing.assert_allclose(vectors, alone, atol=1e-5)


@pytest.mark.slow
@pytest.mark.data
def test_weights_in_keras_old_format_give_the_same(tmp_path, mobilenet_weights, monkeypatch):
    run(OLD_FORMAT, mobilenet_weights, tmp_path / "old.h5")
    images = noise(3, 224)
    new = load_encoder("mobilenet", mobilenet_weights)
    monkeypatch.setenv("PRODUCT_LENS_CACHE", str(tmp_path / "cache"))
    old = load_encoder("mobilenet", tmp_path / "old.h5")
    assert old.weights_id != new.weights_id
    np.testing.assert_allclose(old.encode(images), new.encode(images), atol=1e-6)

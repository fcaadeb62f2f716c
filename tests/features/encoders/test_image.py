"""The networks of Keras and of the Hugging Face hub: what is refused, and that exports equal originals."""

import json
import os
import pickle
import shutil
import struct
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from core.common.errors import CoreError, EncoderError
from core.common.progress import silent
from core.features.augmentation import changed
from core.features.encoders import huggingface, keras_applications, weights
from core.features.encoders.bundled import encoder_info, load_onnx_encoder
from core.features.encoders.image import ImageEncoder
from core.features.encoders.preparation import Preparation, fit
from core.features.encoders.pretrained import Pretrained
from core.features.encoders.registry import ENCODERS, describe_encoders, load_encoder
from core.onnx.onnx_graph import add_metadata
from tests.features.encoders.test_registry import write_hdf5, write_image_model
from tests.networks import make_application, make_pretrained, photos, run

KERAS = {
    "resnet50": (2048, 224, "resnet"),
    "resnet101": (2048, 224, "resnet"),
    "densenet121": (1024, 224, "densenet"),
    "densenet169": (1664, 224, "densenet"),
    "inceptionv3": (2048, 299, "inception_v3"),
}
HUB = {
    "convnextv2-tiny-22k-224": ("convnextv2", "ConvNextV2ForImageClassification", "pooler"),
    "vit-base": ("vit", "ViTModel", "first"),
    "swin-tiny": ("swin", "SwinForImageClassification", "pooler"),
}
ALL = [*KERAS, *HUB, "convnextv2-tiny-1k-224", "clip", "clip-text"]

TINY_VIT = {"hidden_size": 12, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
TINY = huggingface.Network(
    Pretrained(
        "vit-base",
        "org/tiny",
        {"model_type": "vit", "hidden_size": 12},
        {"embeddings.position_embeddings": (1, 197, 12)},
    ),
    12,
    "first",
    huggingface.VIT.preparation,
)


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("PRODUCT_LENS_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def nothing_here(tmp_path, monkeypatch):
    """No weights on this machine, and no network."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr("huggingface_hub.file_download.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(weights, "ARTIFACTS", tmp_path / "artifacts")


def write_folder(folder: Path, config: object, shapes: dict[str, tuple[int, ...]] | None = None) -> Path:
    """A model's folder, its weights without their numbers."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "tokenizer.json").write_text("{}")
    if shapes is not None:
        header = {name: {"dtype": "F32", "shape": shape} for name, shape in shapes.items()}
        text = json.dumps({"__metadata__": {"format": "pt"}} | header).encode()
        (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text)
    return folder


# --- the registry


def test_the_registry_knows_what_loading_gives():
    for name, (dim, side, _) in KERAS.items():
        application = keras_applications.APPLICATIONS[name]
        assert (ENCODERS[name].dim, application.preparation.side) == (dim, side)
    for name in (*HUB, "convnextv2-tiny-1k-224"):
        assert ENCODERS[name].dim == 768
    assert ENCODERS["clip"].dim == ENCODERS["clip-text"].dim == 512
    assert {name for name, entry in ENCODERS.items() if entry.text_side} == {"clip"}
    assert ENCODERS[ENCODERS["clip"].text_side].modality == "text"


def test_weights_have_the_names_and_places_keras_gives_them():
    folder = Path(find_spec("keras").submodule_search_locations[0], "src", "applications")
    for name, (_, _, module) in KERAS.items():
        application = keras_applications.APPLICATIONS[name]
        source = "".join((folder / f"{module}.py").read_text().replace('"', "").split())
        address, _, file = application.url.rpartition("/")
        assert f"{address}/" in source
        assert file in source or (module == "resnet" and file.removeprefix(name) in source and name in source)


def test_the_list_keeps_its_columns(capsys):
    from core.cli.commands import main

    assert main(["encoders"]) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    for column in ("modality", "licence", "here", "weights from"):
        assert {line[head.index(column) - 1] for line in lines} == {" "}, column
        assert " " not in {line[head.index(column)] for line in lines}, column


# --- where weights are looked for


@pytest.mark.parametrize("name", ALL)
def test_without_weights_one_line_says_how_to_get_them(name, nothing_here):
    with pytest.raises(
        EncoderError, match=r"not on this machine.*HF_HUB_OFFLINE.*connect.*--weights"
    ) as error:
        load_encoder(name)
    assert "\n" not in str(error.value)
    assert f"encoder '{name}'" in str(error.value)
    assert not {info.name: info for info in describe_encoders()}[name].here
    with pytest.raises(EncoderError, match=r"no weights at gone\.h5; check --weights"):
        load_encoder(name, "gone.h5")


@pytest.mark.parametrize("name", KERAS)
def test_keras_weights_are_looked_for_with_the_code_then_in_kerass_cache(name, nothing_here, tmp_path):
    file = keras_applications.APPLICATIONS[name].file
    cached = tmp_path / "keras" / "models" / file
    cached.parent.mkdir(parents=True)
    cached.touch()
    assert ENCODERS[name].find(None).path == cached
    own = tmp_path / "artifacts" / file
    own.parent.mkdir()
    own.touch()
    found = ENCODERS[name].find(None)
    assert (found.path, found.bundled) == (own, True)
    assert ENCODERS[name].find(cached).path == cached


@pytest.mark.parametrize("file", ["model.safetensors", "pytorch_model.bin"])
def test_a_models_folder_is_looked_for_with_the_code_then_in_the_hubs_cache(file, nothing_here, tmp_path):
    repository = tmp_path / "hub" / "models--microsoft--swin-tiny-patch4-window7-224"
    snapshot = write_folder(repository / "snapshots" / "1234", {})
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("1234")
    assert ENCODERS["swin-tiny"].find(None) is None
    (snapshot / file).touch()
    assert ENCODERS["swin-tiny"].find(None).path == snapshot
    own = write_folder(tmp_path / "artifacts" / "swin-tiny-patch4-window7-224", {})
    assert ENCODERS["swin-tiny"].find(None).path == snapshot
    (own / file).touch()
    found = ENCODERS["swin-tiny"].find(None)
    assert (found.path, found.bundled) == (own, True)


def test_the_hub_is_asked_for_the_older_file_where_it_lacks_the_newer(monkeypatch, tmp_path):
    import huggingface_hub
    from huggingface_hub.errors import RemoteEntryNotFoundError

    asked = []

    def download(repository, file, **_):
        asked.append(file)
        if file == "model.safetensors":
            raise RemoteEntryNotFoundError.__new__(RemoteEntryNotFoundError)
        return str(tmp_path / file)

    monkeypatch.setattr(weights, "require_network", lambda *_: None)
    monkeypatch.setattr(huggingface_hub, "hf_hub_download", download)
    files = ("config.json", ("model.safetensors", "pytorch_model.bin"))
    assert weights.fetch_from_hub("tiny", "org/model", files, silent) == tmp_path
    assert asked == ["config.json", "model.safetensors", "pytorch_model.bin"]
    with pytest.raises(EncoderError, match="cannot be downloaded from org/model"):
        weights.fetch_from_hub("tiny", "org/model", ("model.safetensors",), silent)


# --- weights of another model


def test_weights_of_another_keras_network_are_refused_with_both_counts(tmp_path):
    other = write_hdf5(tmp_path / "other.h5", [(3, 3, 3, 32), (32,)])
    for name, application in keras_applications.APPLICATIONS.items():
        expected = (
            f"encoder '{name}': .* expected {application.parameters:,} numbers "
            rf"\({application.builder} without its top\), got 896 in 2 arrays"
        )
        with pytest.raises(EncoderError, match=expected):
            load_encoder(name, other)
    (tmp_path / "text.h5").write_text("no weights")
    with pytest.raises(EncoderError, match=r"expected Keras weights in an HDF5 file .*, but .*text.h5"):
        load_encoder("resnet50", tmp_path / "text.h5")


@pytest.mark.parametrize(
    ("name", "config", "expected"),
    [
        ("swin-tiny", {"model_type": "vit"}, "expected model_type swin, got vit"),
        ("swin-tiny", {}, "expected model_type swin, got None"),
        ("vit-base", {"model_type": "vit", "image_size": 384}, "expected image_size 224, got 384"),
        (
            "convnextv2-tiny-22k-224",
            {"model_type": "convnextv2", "hidden_sizes": [80, 160, 320, 640]},
            r"expected hidden_sizes \[96, 192, 384, 768\], got \[80, 160, 320, 640\]",
        ),
        (
            "clip",
            {"model_type": "clip", "vision_config": {"hidden_size": 768, "patch_size": 16}},
            "expected vision_config.patch_size 32, got 16",
        ),
        (
            "clip-text",
            {"model_type": "siglip"},
            "encoder 'clip-text': .*expected model_type clip, got siglip",
        ),
        ("vit-base", [], "expected a JSON object in .*config.json"),
    ],
)
def test_another_models_folder_is_refused(tmp_path, name, config, expected):
    folder = write_folder(tmp_path / "model", config, {})
    for weights_named in (folder, folder / "model.safetensors"):
        with pytest.raises(EncoderError, match=expected):
            load_encoder(name, weights_named)


@pytest.mark.parametrize("name", [*HUB, "clip"])
def test_another_models_tensors_are_refused_though_its_config_fits(tmp_path, name):
    model = {"clip": lambda: ENCODERS["clip"].factory.args[0]}.get(
        name, lambda: ENCODERS[name].factory.args[0].model
    )()
    shapes = {f"prefix.{ending}": shape for ending, shape in model.shapes.items()}
    for ending, shape in model.shapes.items():
        wrong = write_folder(tmp_path / "wrong", model.config, shapes | {f"prefix.{ending}": (3, 4)})
        with pytest.raises(EncoderError, match=r"expected .*" + ending + r" \(.*got \(3, 4\)"):
            load_encoder(name, wrong)
        lacking = {key: value for key, value in shapes.items() if not key.endswith(ending)}
        with pytest.raises(EncoderError, match=r"expected .*" + ending + r" \(.*got none"):
            load_encoder(name, write_folder(tmp_path / "lacking", model.config, lacking))
        assert shape != (3, 4)


def test_half_a_folder_is_refused_with_what_it_lacks(tmp_path):
    folder = write_folder(tmp_path / "model", {"model_type": "swin"})
    with pytest.raises(EncoderError, match=r"has no model\.safetensors or pytorch_model\.bin$"):
        load_encoder("swin-tiny", folder)
    alone = tmp_path / "alone.safetensors"
    alone.touch()
    with pytest.raises(EncoderError, match=r"alone\.safetensors has no config\.json and no tokenizer\.json$"):
        load_encoder("clip", alone)
    (folder / "model.safetensors").write_bytes(b"none of the kind")
    with pytest.raises(EncoderError, match="is not a safetensors file"):
        load_encoder("swin-tiny", folder)
    (folder / "config.json").write_text("{")
    with pytest.raises(EncoderError, match="expected a JSON object"):
        load_encoder("swin-tiny", folder)


# --- the encoder itself


@pytest.fixture
def cutting(tmp_path):
    """An encoder of an image's middle: four pixels of eight."""
    write_image_model(tmp_path / "cut.onnx")
    add_metadata(str(tmp_path / "cut.onnx"), {"preparation": Preparation(4, 8).to_json()})
    return ImageEncoder("cut", 3, 8, "abc", tmp_path / "cut.onnx")


def test_an_onnx_file_says_itself_how_its_images_are_prepared(cutting, tmp_path):
    assert (cutting.side, cutting.preparation) == (8, Preparation(4, 8))
    info = json.loads(json.dumps(encoder_info(cutting)))
    again = load_onnx_encoder("cut", tmp_path / "cut.onnx", info)
    images = photos([(40, 30), (8, 8), (4, 4)])
    np.testing.assert_array_equal(again.encode(images), cutting.encode(images))
    with pytest.raises(EncoderError, match="expected images of 4 pixels, got 8"):
        load_onnx_encoder("cut", tmp_path / "cut.onnx", info | {"side": 4})


def test_what_is_prepared_is_not_cut_again(cutting):
    # One of the images has the network's own size, and is cut all the same.
    images = photos([(40, 30), (4, 4)])
    prepared = [cutting.prepare(image) for image in images]
    assert (prepared[1] != np.asarray(images[1])).any()
    np.testing.assert_array_equal(cutting.encode(prepared), cutting.encode(images))


def test_a_changed_copy_of_what_is_prepared_is_not_cut_again(cutting):
    prepared = cutting.prepare(photos([(40, 30)])[0])
    copy = changed(prepared, bytes(16))
    assert (copy.shape, copy.dtype) == (prepared.shape, prepared.dtype)
    assert (copy != prepared).any()
    assert cutting.encode([copy]).shape == (1, 3)


# --- against the frameworks

COUNT = """
import json, sys
import keras

for builder in sys.argv[2:]:
    side = 299 if builder == "InceptionV3" else 224
    model = getattr(keras.applications, builder)(
        include_top=False, pooling="avg", input_shape=(side, side, 3), weights=None
    )
    print(builder, model.count_params(), model.output_shape[1], file=open(sys.argv[1], "a"))
"""


@pytest.mark.slow
def test_keras_counts_the_same_numbers(tmp_path):
    applications = keras_applications.APPLICATIONS.values()
    run(COUNT, tmp_path / "counts.txt", *(one.builder for one in applications))
    expected = [f"{one.builder} {one.parameters} {one.dim}" for one in applications]
    assert (tmp_path / "counts.txt").read_text().splitlines() == expected


@pytest.mark.slow
@pytest.mark.parametrize("name", KERAS)
def test_an_export_equals_keras_from_either_format_of_weights(name, tmp_path):
    dim, side, module = KERAS[name]
    images = photos()[:6]
    pixels = np.stack([np.asarray(fit(image, side)) for image in images])
    expected = make_application(keras_applications.APPLICATIONS[name].builder, module, pixels, tmp_path)
    assert (expected @ expected.T)[0, 1:].max() < 0.995  # else equality would prove little
    # The published files are of the old format; the larger networks are built as their smaller sisters.
    for file in ("old.h5",) if name in ("resnet101", "densenet169") else ("old.h5", "new.weights.h5"):
        encoder = load_encoder(name, tmp_path / file)
        assert (encoder.name, encoder.dim, encoder.side, encoder.bundled) == (name, dim, side, False)
        vectors = encoder.encode(images)
        np.testing.assert_allclose(vectors, expected, atol=1e-5)
        alone = np.concatenate([encoder.encode([image]) for image in images])
        np.testing.assert_allclose(alone, vectors, atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("name", HUB)
def test_an_export_equals_transformers_and_its_processor(name, tmp_path):
    images = photos()
    expected = make_pretrained(tmp_path / name, name, *HUB[name], {}, images)
    assert (expected @ expected.T)[0, 1:].max() < 0.995
    encoder = load_encoder(name, tmp_path / name)
    vectors = encoder.encode(images)
    np.testing.assert_allclose(vectors, expected, atol=1e-5)
    alone = np.concatenate([encoder.encode([image]) for image in images])
    np.testing.assert_allclose(alone, vectors, atol=1e-5)


@pytest.fixture(scope="module")
def tiny_vit(tmp_path_factory):
    """A tiny ViT with a classifier, hence without a pooler, as transformers saves it, and its vectors."""
    folder = tmp_path_factory.mktemp("vit")
    images = photos()[:4]
    config = TINY_VIT
    expected = make_pretrained(
        folder, "vit-base", "vit", "ViTForImageClassification", "first", config, images
    )
    return folder, images, expected


@pytest.mark.slow
@pytest.mark.parametrize("kept", ["model.safetensors", "pytorch_model.bin", "renamed.bin"])
def test_weights_are_read_in_either_format(tiny_vit, tmp_path, kept):
    # The one in PyTorch's format has the names that transformers gives tensors today.
    source, images, expected = tiny_vit
    (tmp_path / "config.json").write_bytes((source / "config.json").read_bytes())
    original = "model.safetensors" if kept.endswith("safetensors") else "old_weights.bin"
    (tmp_path / kept).write_bytes((source / original).read_bytes())
    named = tmp_path / kept if kept == "renamed.bin" else tmp_path
    encoder = huggingface.load(TINY, named, silent)
    assert (encoder.dim, encoder.side) == (12, 224)
    np.testing.assert_allclose(encoder.encode(images), expected, atol=1e-5)


REWRITE = """
import sys
from safetensors.torch import load_file, save_file

source, target, change = sys.argv[1:]
tensors = load_file(source)
name = next(name for name in tensors if name.endswith("layernorm.weight"))
if change == "lacking":
    del tensors[name]
else:
    tensors[name] = tensors[name].repeat(2)
save_file(tensors, target, {"format": "pt"})
"""


@pytest.mark.slow
@pytest.mark.parametrize(("change", "got"), [("lacking", "none"), ("longer", r"\(24,\)")])
def test_every_tensor_is_compared(tiny_vit, tmp_path, change, got):
    source = tiny_vit[0]
    shutil.copy(source / "config.json", tmp_path)
    run(REWRITE, source / "model.safetensors", tmp_path / "model.safetensors", change)
    expected = (
        r"another model's weights: 1 of \d+ tensors do not fit: expected layernorm.weight \(12,\), got " + got
    )
    with pytest.raises(EncoderError, match=expected):
        huggingface.load(TINY, tmp_path, silent)
    assert not list((tmp_path / "cache").rglob("*.onnx"))


class Evil:
    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self):
        return os.mkdir, (str(self.file),)


@pytest.mark.slow
@pytest.mark.parametrize("content", ["pickle", "another model", "broken off"])
def test_a_bad_file_in_pytorchs_format_is_refused(tiny_vit, tmp_path, content):
    source = tiny_vit[0]
    shutil.copy(source / "config.json", tmp_path)
    file = tmp_path / "pytorch_model.bin"
    whole = (source / "old_weights.bin").read_bytes()
    if content == "pickle":
        file.write_bytes(pickle.dumps(Evil(tmp_path / "owned")))
    elif content == "broken off":
        file.write_bytes(whole[: len(whole) // 2])
    else:
        run("import sys, torch; torch.save({'a.weight': torch.ones(3, 3)}, sys.argv[1])", file)
    with pytest.raises(CoreError) as error:
        huggingface.load(TINY, tmp_path, silent)
    assert "\n" not in str(error.value)
    assert str(file) in str(error.value)
    assert not (tmp_path / "owned").exists()
    assert ("another model's weights" in str(error.value)) == (content == "another model")

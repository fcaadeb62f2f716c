import json
import os
import pickle
import shutil
import struct
from pathlib import Path

import numpy as np
import pytest

from core.common.errors import CoreError, EncoderError
from core.common.progress import silent
from core.features.encoders import huggingface, weights
from core.features.encoders.pretrained import Pretrained
from core.features.encoders.registry import ENCODERS, load_encoder
from tests.features.encoders.bundles import check_bundle_stands_alone
from tests.networks import make_pretrained, photos, run

pytestmark = pytest.mark.usefixtures("own_cache")

HUB = {
    "convnextv2-tiny-22k-224": ("convnextv2", "ConvNextV2ForImageClassification", "pooler"),
    "vit-base": ("vit", "ViTModel", "first"),
    "swin-tiny": ("swin", "SwinForImageClassification", "pooler"),
}


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


@pytest.mark.parametrize("file", ["model.safetensors", "pytorch_model.bin"])
def test_a_models_folder_is_looked_for_with_the_code_then_in_the_hubs_cache(file, offline, tmp_path):
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


@pytest.fixture(scope="module")
def tiny_vit(tmp_path_factory):
    """A tiny ViT with a classifier, hence without a pooler, as transformers saves it, and its vectors."""
    folder = tmp_path_factory.mktemp("tiny") / "vit"
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


@pytest.mark.slow
def test_a_bundle_classifies_with_nothing_but_itself(tiny_vit, tmp_path, monkeypatch):
    encoder = huggingface.load(TINY, tiny_vit[0], silent)
    check_bundle_stands_alone({"image": encoder}, tmp_path, tiny_vit[0], monkeypatch)


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

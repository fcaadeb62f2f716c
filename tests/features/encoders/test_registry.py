from pathlib import Path

import pytest

from core.cli.commands import main
from core.common.errors import EncoderError
from core.features.encoders import keras_applications, mobilenet, weights
from core.features.encoders import registry as encoders
from core.features.encoders.registry import ENCODERS, describe_encoders, load_encoder

pytestmark = pytest.mark.usefixtures("own_cache")

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


@pytest.mark.parametrize("name", ENCODERS)
def test_missing_weights_name_the_option(name, tmp_path):
    with pytest.raises(EncoderError, match=r"no weights at .*gone; check --weights"):
        load_encoder(name, tmp_path / "gone")


def test_the_registry_knows_what_loading_gives():
    for name, (dim, side, _) in KERAS.items():
        application = keras_applications.APPLICATIONS[name]
        assert (ENCODERS[name].dim, application.preparation.side) == (dim, side)
    for name in (*HUB, "convnextv2-tiny-1k-224"):
        assert ENCODERS[name].dim == 768
    assert ENCODERS["clip"].dim == ENCODERS["clip-text"].dim == 512
    assert {name for name, entry in ENCODERS.items() if entry.text_side} == {"clip"}
    assert ENCODERS[ENCODERS["clip"].text_side].modality == "text"


def test_the_list_keeps_its_columns(capsys):

    assert main(["encoders"]) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    for column in ("modality", "licence", "here", "weights from"):
        assert {line[head.index(column) - 1] for line in lines} == {" "}, column
        assert " " not in {line[head.index(column)] for line in lines}, column


@pytest.mark.parametrize("name", ALL)
def test_without_weights_one_line_says_how_to_get_them(name, offline):
    with pytest.raises(
        EncoderError, match=r"not on this machine.*HF_HUB_OFFLINE.*connect.*--weights"
    ) as error:
        load_encoder(name)
    assert "\n" not in str(error.value)
    assert f"encoder '{name}'" in str(error.value)
    assert not {info.name: info for info in describe_encoders()}[name].here
    with pytest.raises(EncoderError, match=r"no weights at gone\.h5; check --weights"):
        load_encoder(name, "gone.h5")


def test_the_text_encoders_are_listed():
    assert {name: ENCODERS[name].dim for name in ("minilm", "bert-base", "glove")} == {
        "minilm": 384,
        "bert-base": 768,
        "glove": 100,
    }

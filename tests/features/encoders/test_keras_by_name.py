import json
from importlib.metadata import version
from pathlib import Path

import pytest

from core.common.errors import EncoderError
from core.features.encoders.keras_by_name import applications, builder_of
from core.features.encoders.registry import get_encoder, load_encoder

pytestmark = pytest.mark.usefixtures("own_cache")
FILE = "resnet50v2_weights_tf_dim_ordering_tf_kernels_notop.h5"


@pytest.fixture
def asked(tmp_path) -> Path:
    """Keras's answer of where the weights of ResNet50V2 are, as it was kept."""
    noted = tmp_path / "cache" / "keras" / f"ResNet50V2-{version('keras')}.json"
    noted.parent.mkdir(parents=True)
    noted.write_text(json.dumps({"file": FILE, "url": f"https://example.org/{FILE}"}))
    return noted


def test_the_networks_are_those_of_the_package():
    known = applications()
    assert len(known) > 30
    assert known["EfficientNetV2B0"] == "efficientnet_v2"  # listed over three lines
    assert known["ResNet50"] == "resnet"
    assert builder_of("resnet50v2") == "ResNet50V2"


def test_an_unknown_network_is_one_line_with_those_there_are():
    with pytest.raises(
        EncoderError, match=r"'keras/ResNet5': expected .*\.keras, or one of ConvNeXtBase, .*VGG16"
    ):
        get_encoder("keras/ResNet5", "image")
    with pytest.raises(EncoderError, match="expected one that reads texts, keras/ reads images"):
        get_encoder("keras/ResNet50", "text")


@pytest.mark.usefixtures("asked")
def test_without_weights_and_network_one_line_says_what_to_do(offline):
    with pytest.raises(
        EncoderError, match=rf"'keras/ResNet50V2': its weights .*{FILE} \(HF_HUB_OFFLINE is set\)"
    ):
        load_encoder("keras/resnet50v2")
    assert get_encoder("keras/ResNet50V2").find(None) is None


@pytest.mark.usefixtures("asked")
def test_weights_are_looked_for_in_kerass_cache(offline, tmp_path):
    cached = tmp_path / "keras" / "models" / FILE
    cached.parent.mkdir(parents=True)
    cached.touch()
    assert get_encoder("keras/ResNet50V2").find(None).path == cached
    assert get_encoder("keras/ResNet50V2").find(cached).path == cached


def test_a_saved_file_is_found_where_it_is(tmp_path):
    saved = tmp_path / "my.keras"
    assert get_encoder(f"keras/{saved}").find(None) is None
    with pytest.raises(EncoderError, match=r"my\.keras': no file at "):
        load_encoder(f"keras/{saved}")
    saved.touch()
    assert get_encoder(f"keras/{saved}").find(None).path == saved
    with pytest.raises(EncoderError, match="the file holds its weights; got "):
        load_encoder(f"keras/{saved}", saved)

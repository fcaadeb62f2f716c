"""EfficientNet-Lite in PyTorch: weights that are not its own are refused; no code in a file is run."""

import pickle

import pytest
import torch

from core.common.errors import EncoderError
from core.onnx.efficientnet_lite import EfficientNetLite, load_network, scaled_channels


@pytest.mark.parametrize(("channels", "width", "expected"), [(24, 1.1, 24), (40, 1.1, 48), (16, 1.0, 16)])
def test_channels_are_multiples_of_eight(channels, width, expected):
    assert scaled_channels(channels, width) == expected


def test_another_networks_weights_are_refused(tmp_path):
    file = tmp_path / "lite1.pth"
    torch.save(EfficientNetLite(1).state_dict(), file)
    assert load_network(str(file), 1).side == 240
    with pytest.raises(EncoderError, match=r"another model's weights: expected .* \(EfficientNet-Lite0\)"):
        load_network(str(file), 0)
    with pytest.raises(EncoderError, match=r"expected _\S+ \(.*\) \(EfficientNet-Lite2\), got \("):
        load_network(str(file), 2)


def test_a_deeper_network_of_the_same_shapes_is_refused(tmp_path):
    stored = EfficientNetLite(0).state_dict()
    stored["_blocks.16._bn1.bias"] = torch.zeros(3)
    torch.save(stored, tmp_path / "deeper.pth")
    with pytest.raises(EncoderError, match=r"expected 16 blocks \(EfficientNet-Lite0\), got _blocks\.16"):
        load_network(str(tmp_path / "deeper.pth"), 0)


@pytest.mark.parametrize("content", [b"no weights", pickle.dumps(print), pickle.dumps([1])])
def test_what_is_not_tensors_alone_is_refused(tmp_path, content):
    file = tmp_path / "weights.pth"
    file.write_bytes(content)
    with pytest.raises(EncoderError, match="damaged or is not a PyTorch file of tensors alone"):
        load_network(str(file), 0)

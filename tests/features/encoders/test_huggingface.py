import numpy as np
import pytest

from core.features.encoders.registry import load_encoder
from tests.networks import make_pretrained, photos

pytestmark = pytest.mark.usefixtures("own_cache")

HUB = {
    "convnextv2-tiny-22k-224": ("convnextv2", "ConvNextV2ForImageClassification", "pooler"),
    "vit-base": ("vit", "ViTModel", "first"),
    "swin-tiny": ("swin", "SwinForImageClassification", "pooler"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HUB)
def test_an_export_equals_transformers_and_its_processor(name, tmp_path):
    images = photos()[:4]
    expected = make_pretrained(tmp_path / name, name, *HUB[name], {}, images)
    assert (expected @ expected.T)[0, 1:].max() < 0.995
    encoder = load_encoder(name, tmp_path / name)
    vectors = encoder.encode(images)
    np.testing.assert_allclose(vectors, expected, atol=1e-5)
    alone = np.concatenate([encoder.encode([image]) for image in images])
    np.testing.assert_allclose(alone, vectors, atol=1e-5)

import numpy as np
import pytest

from core.common.errors import EncoderError
from core.features.encoders import mobilenet
from core.features.encoders.preparation import fit
from core.features.encoders.registry import load_encoder
from tests.features.encoders.models import noise, write_hdf5
from tests.networks import run

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

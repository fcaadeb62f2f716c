import subprocess
import sys

import numpy as np
import pytest

from core.common.errors import CoreError
from core.onnx import export
from core.onnx import sessions as runtime

# Runs in another process, on TensorFlow as in training, so that no framework is imported here.
WRITE_KERAS = """
import sys
import numpy as np
import keras
from keras import layers

keras.utils.set_random_seed(0)
(folder,) = sys.argv[1:]
parts = [keras.Input((9, 9, 3)),
         layers.ZeroPadding2D(((0, 1), (0, 1))), layers.Conv2D(8, 3, strides=2),
         layers.BatchNormalization(scale=False), layers.ReLU(6.0),
         layers.DepthwiseConv2D(3, padding="same"), layers.BatchNormalization(center=False),
         layers.ReLU(negative_slope=0.1), layers.GlobalAveragePooling2D(),
         layers.BatchNormalization(), layers.Dense(16, "relu"), layers.Dropout(0.5),
         layers.BatchNormalization(), layers.Dense(3, "softmax")]
model = keras.Sequential(parts)
random = np.random.default_rng(0)
model.set_weights([
    random.normal(0, 0.3, weight.shape) if weight.ndim > 1 else random.uniform(0.2, 1, weight.shape)
    for weight in model.get_weights()
])
x = random.normal(size=(5, *model.input_shape[1:])).astype("float32")
np.savez(f"{folder}/expected.npz", x=x, y=model.predict(x, verbose=0))
model.save(f"{folder}/model.keras")
"""


@pytest.mark.slow
def test_an_exported_keras_file_computes_the_same(tmp_path):
    subprocess.run([sys.executable, "-c", WRITE_KERAS, tmp_path], check=True, capture_output=True)
    export.export_keras_file(tmp_path / "model.keras", tmp_path / "model.onnx")
    expected = np.load(tmp_path / "expected.npz")
    session = runtime.session(tmp_path / "model.onnx")
    assert [end.name for end in (*session.get_inputs(), *session.get_outputs())] == ["input", "output"]
    for rows in (5, 1):
        computed = session.run(None, {"input": expected["x"][:rows]})[0]
        np.testing.assert_allclose(computed, expected["y"][:rows], atol=1e-5)
    assert np.ptp(expected["y"], axis=0).max() > 1e-3  # far above the tolerance


@pytest.mark.slow
def test_an_invalid_keras_file_gives_one_line(tmp_path):
    (tmp_path / "model.keras").write_text("no model")
    with pytest.raises(CoreError, match=r"model\.keras cannot be exported") as error:
        export.export_keras_file(tmp_path / "model.keras", tmp_path / "model.onnx")
    assert "\n" not in str(error.value)
    assert not (tmp_path / "model.onnx").exists()

"""An export that differs from its model is refused."""

import numpy as np
import pytest

from core.common.errors import EncoderError
from core.features.encoders.vision_export import compare


def test_directions_are_compared():
    vectors = np.eye(3, 4, dtype=np.float32)
    compare("m", vectors, 2 * vectors)
    with pytest.raises(EncoderError, match=r"m: its ONNX export differs from the model by 1\.0e\+00"):
        compare("m", vectors, vectors[[1, 0, 2]])
    with pytest.raises(EncoderError, match=r"expected vectors of shape \(3, 4\), got \(2, 4\)"):
        compare("m", vectors, vectors[:2])
    with pytest.raises(EncoderError, match="differs from the model by nan"):
        compare("m", vectors, vectors * np.nan)

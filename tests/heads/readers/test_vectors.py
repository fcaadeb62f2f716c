import numpy as np

from core.features.vectors import Features
from core.heads.inputs import Inputs
from core.heads.readers.vectors import PaddedVectorReader, VectorReader
from tests.heads.readers.products import inputs


def test_fused_vectors_are_text_beside_image():
    assert VectorReader("image")(inputs(["mug", ""]))["vectors"].tolist() == [[1] * 3, [0] * 3]
    assert VectorReader("fused")(inputs(["mug", ""]))["vectors"].shape == (2, 6)


def test_a_missing_side_is_padded_with_zeros():
    only = Inputs.of({"image": Features(np.ones((2, 3), np.float32), np.ones(2, bool))})
    vectors = PaddedVectorReader(4, 3)(only)["vectors"]
    assert vectors.shape == (2, 7)
    assert not vectors[:, :4].any() and vectors[:, 4:].all()

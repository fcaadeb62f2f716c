from core.heads.readers.vectors import VectorReader
from tests.heads.readers.products import inputs


def test_fused_vectors_are_text_beside_image():
    assert VectorReader("image")(inputs(["mug", ""]))["vectors"].tolist() == [[1] * 3, [0] * 3]
    assert VectorReader("fused")(inputs(["mug", ""]))["vectors"].shape == (2, 6)

import numpy as np

from core.features.encoders.encoder import Encoder
from core.features.parts import PartsProjection
from core.features.vectors import Features, features_of


class Flat(Encoder):
    dim = 2


def test_parts_lie_behind_the_vectors_of_an_encoder_that_reads_them():
    encoder = Flat()
    encoder.parts = PartsProjection.whole(2, 3)
    assert encoder.width == 8
    features = Features.of_rows(np.arange(16, dtype=np.float32).reshape(2, 8), np.ones(2, bool), encoder)
    assert features.vectors.tolist() == [[0, 1], [8, 9]]
    assert features.parts.tolist() == [[[2, 3, 4], [5, 6, 7]], [[10, 11, 12], [13, 14, 15]]]
    again = Features.joined([features.take(np.array([1])), features.only(np.array([False, True]))])
    assert again.parts[:, 0, 0].tolist() == [10, 0, 10]
    assert again.present.tolist() == [True, False, True]
    assert Features.joined([features, Features(features.vectors, features.present)]).parts is None


def test_products_with_the_same_key_share_a_vector_and_those_without_have_zeros():
    vectors = {b"a": np.float32([0.6, 0.8]), b"b": np.float32([1, 0])}
    features = features_of([b"b", None, b"a", b"lost", b"b"], vectors, Flat(), ("lost.png",), ("white.png",))
    assert features.vectors.dtype == np.float32
    np.testing.assert_array_equal(features.vectors, np.float32([[1, 0], [0, 0], [0.6, 0.8], [0, 0], [1, 0]]))
    assert features.present.tolist() == [True, False, True, False, True]
    assert features.failed == ("lost.png",)
    assert features.empty == ("white.png",)
    taken = features.take(np.array([4, 1]))
    assert taken.vectors.tolist() == [[1, 0], [0, 0]]
    assert taken.present.tolist() == [True, False]
    assert taken.empty == ("white.png",)

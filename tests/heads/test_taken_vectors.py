import numpy as np

from core.heads.taken_vectors import TakenVectors
from tests.heads.test_taken import inputs


def test_vectors_are_read_by_rows():
    whole = inputs()
    for modality in ("text", "fused"):
        vectors, expected = TakenVectors(whole, modality), whole.vectors(modality)
        assert vectors.shape == expected.shape and len(vectors) == len(expected)
        for rows in (np.array([4, 1]), expected[:, 0] > 0, slice(2, 5)):
            np.testing.assert_array_equal(vectors[rows], expected[rows])
        assert vectors[np.array([4, 1])].flags.c_contiguous

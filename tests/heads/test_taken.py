import numpy as np

from core.features.vectors import Features
from core.heads.inputs import Inputs
from core.heads.taken import TakenFeatures


def inputs(n: int = 6) -> Inputs:
    rng = np.random.default_rng(0)
    there = rng.random(n) < 0.7
    text = Features(rng.normal(size=(n, 3)).astype(np.float32), there, parts=np.ones((n, 2, 4), np.float16))
    image = Features(rng.normal(size=(n, 2)).astype(np.float32), ~there)
    return Inputs.of({"text": text, "image": image}, [f"text {row}" for row in range(n)])


def test_rows_of_rows_are_those_of_the_whole():
    whole = inputs()
    first, second = np.array([5, 3, 0, 2]), np.array([3, 1, 1])
    taken = whole.take(first).take(second)
    for modality in ("text", "image", "fused"):
        expected = whole.vectors(modality)[first][second]
        np.testing.assert_array_equal(taken.vectors(modality), expected)
        np.testing.assert_array_equal(taken.present(modality), whole.present(modality)[first][second])
    np.testing.assert_array_equal(taken.parts("text"), whole.parts("text")[first][second])
    assert taken.texts.tolist() == whole.texts[first][second].tolist()
    assert taken.modalities == whole.modalities and len(taken) == 3
    one = taken.features["image"]
    np.testing.assert_array_equal(one.vectors, whole.vectors("image")[first][second])
    assert one.parts is None


def test_nothing_is_copied_until_it_is_read():
    whole = inputs()
    taken = whole.take(np.arange(2)).take(slice(0, 1))
    assert isinstance(taken.features, TakenFeatures)
    whole.features["text"].vectors[0] = 9
    assert taken.vectors("text").tolist() == [[9, 9, 9]]

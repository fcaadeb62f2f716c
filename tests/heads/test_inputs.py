import numpy as np

from core.features.vectors import Features
from core.heads.inputs import Inputs


def features(present, width):
    present = np.array(present)
    return Features(np.arange(len(present) * width, dtype=np.float32).reshape(-1, width), present)


def test_modalities_and_presence():
    inputs = Inputs.of({"text": features([True, True, False], 2), "image": features([True, False, True], 3)})
    assert inputs.modalities == ("text", "image", "fused")
    assert inputs.present("fused").tolist() == [True, False, False]
    assert inputs.vectors("fused").shape == (3, 5)
    alone = Inputs.of({"image": features([True, False], 3)}, ["a", "b"])
    assert alone.modalities == ("image",)
    assert alone.texts.tolist() == ["", ""]
    assert not alone.present("text").any() and not alone.present("fused").any()


def test_rows_are_taken_and_joined():
    inputs = Inputs.of({"text": features([True, True, False], 2)}, ["a", "b", "c"])
    for rows in (np.array([2, 0]), np.array([True, False, True])):
        taken = inputs.take(rows)
        assert len(taken) == 2
        np.testing.assert_array_equal(taken.vectors("text"), inputs.vectors("text")[rows])
        assert taken.texts.tolist() == inputs.texts[rows].tolist()
    joined = Inputs.joined([inputs, inputs.take(np.array([1]))])
    assert joined.texts.tolist() == ["a", "b", "c", "b"]
    assert joined.present("text").tolist() == [True, True, False, True]

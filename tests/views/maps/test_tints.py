import numpy as np
import pytest

from core.views.maps.layers import REST, Layer
from core.views.maps.tints import MARKED, NOWHERE, SHADES, marks_of, tints_of


def test_a_layer_has_a_colour_and_a_scale_has_shades():
    layers = [
        Layer("rest", np.array([0, 1]), REST),
        Layer("scale", np.array([2, 3, 4]), values=np.array([0, 0.5, 1], dtype=np.float32)),
    ]
    tints = tints_of(layers, 6)
    meanings = [tints.meanings[tint] for tint in tints.of[:5]]
    assert [layer for layer, _ in meanings] == [0, 0, 1, 1, 1]
    assert [value for _, value in meanings[:2]] == [None, None]
    assert np.allclose([value for _, value in meanings[2:]], [0, 0.5, 1], atol=0.5 / (SHADES - 1))
    assert tints.of[5] == NOWHERE


def test_marks_are_a_bit_of_their_own():
    marks = marks_of(6, [1, 2], np.array([2, 5]))
    assert np.flatnonzero(marks).tolist() == [1, 2, 5]
    assert set(marks.tolist()) == {0, MARKED}
    assert not marks_of(3).any()


def test_more_colours_than_a_byte_tells_apart_are_refused():
    layers = [Layer(str(number), np.array([number])) for number in range(NOWHERE + 1)]
    assert len(tints_of(layers[:-1], 200).meanings) == NOWHERE
    with pytest.raises(ValueError, match="127 colours, got 128"):
        tints_of(layers, 200)

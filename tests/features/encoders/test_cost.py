import pytest

from core.features.encoders.cost import NOTHING, EncoderCost


def test_costs_add_up():
    assert EncoderCost(1.0, 0.1) + EncoderCost(2.0, 0.2) == EncoderCost(3.0, pytest.approx(0.3))
    assert EncoderCost(1.0, 0.1) + NOTHING == EncoderCost(1.0, 0.1)

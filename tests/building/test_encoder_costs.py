import pytest

from core.building.encoder_costs import ROUNDS, cost_of, measure_costs, recorded_cost
from core.common.errors import CoreError
from core.features.encoders.cost import NOTHING, EncoderCost
from tests import tiny


@pytest.mark.parametrize("kind", [tiny.TinyText, tiny.TinyImage])
def test_an_encoder_is_timed_on_one_product(kind, monkeypatch):
    tiny.register_tiny_encoders()
    made = kind()
    monkeypatch.setattr("core.features.encoders.registry.load_encoder", lambda name: made)
    cost = cost_of(made.name)
    assert 0 < cost.warm <= cost.cold < 60
    assert made.encoded == 1 + ROUNDS


def test_costs_add_up():
    assert EncoderCost(1.0, 0.1) + EncoderCost(2.0, 0.2) == EncoderCost(3.0, pytest.approx(0.3))
    assert EncoderCost(1.0, 0.1) + NOTHING == EncoderCost(1.0, 0.1)


@pytest.mark.slow
def test_a_process_of_its_own_measures_real_encoders():
    costs = measure_costs(["compact", "minilm"])
    assert list(costs) == ["compact", "minilm"]
    assert all(0 < cost.warm < cost.cold for cost in costs.values())


def test_what_cannot_be_loaded_is_one_line():
    with pytest.raises(CoreError, match=r"encoders word2vec cannot be measured: .*word2vec") as caught:
        measure_costs(["word2vec"])
    assert "\n" not in str(caught.value)

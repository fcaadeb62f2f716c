from dataclasses import replace

import pytest

from core.building.encoder_costs import ROUNDS, cost_of, measure_costs, recorded_cost
from core.common.errors import CoreError
from core.features.encoders.record import EncoderRecord
from tests import tiny


@pytest.mark.parametrize("kind", [tiny.TinyText, tiny.TinyImage])
def test_an_encoder_is_timed_on_one_product(kind, monkeypatch):
    tiny.register_tiny_encoders()
    made = kind()
    monkeypatch.setattr("core.features.encoders.registry.load_encoder", lambda name: made)
    cost = cost_of(made.name)
    assert 0 < cost.warm <= cost.cold < 60
    assert made.encoded == 1 + ROUNDS


def test_an_encoder_of_a_build_is_timed_as_its_bundle_loads_it():
    tiny.register_tiny_encoders()
    record = EncoderRecord.of(tiny.TinyText())
    cost = recorded_cost(record, None)
    assert 0 < cost.warm <= cost.cold < 60


@pytest.mark.parametrize("change", [{"bundled": False}, {"name": "only-the-callers"}])
def test_what_cannot_be_loaded_again_has_no_cost(change):
    tiny.register_tiny_encoders()
    assert recorded_cost(replace(EncoderRecord.of(tiny.TinyText()), **change), None) is None


@pytest.mark.slow
def test_a_process_of_its_own_measures_real_encoders():
    costs = measure_costs(["compact", "minilm"])
    assert list(costs) == ["compact", "minilm"]
    assert all(0 < cost.warm < cost.cold for cost in costs.values())


def test_what_cannot_be_loaded_is_one_line():
    with pytest.raises(CoreError, match=r"encoders word2vec cannot be measured: .*word2vec") as caught:
        measure_costs(["word2vec"])
    assert "\n" not in str(caught.value)

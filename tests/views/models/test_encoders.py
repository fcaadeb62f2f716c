from types import SimpleNamespace

import pytest

from core.bundle.encoder_choice import JudgedEncoder
from core.bundle.reader import Bundle
from core.features.encoders.cost import EncoderCost
from core.features.encoders.record import EncoderRecord
from core.views.models.encoders import choice_table, encoder_table, measured


def record(name: str, dim: int, **more) -> EncoderRecord:
    return EncoderRecord(name, "text", dim, None, "abc", 1, True, None, **more)


def bundle_of(**encoders: EncoderRecord) -> SimpleNamespace:
    return SimpleNamespace(encoders=encoders)


def test_encoders_side_by_side_cost_as_much_as_their_parts():
    parts = (
        record("minilm", 384, size_bytes=90_000_000, cost=EncoderCost(0.3, 0.004)),
        record("use", 512, size_bytes=30_000_000, cost=EncoderCost(0.2, 0.001)),
    )
    table = encoder_table(bundle_of(text=record("minilm+use", 896, members=parts)))
    assert table["Input"].tolist() == ["Text", "Text, part 1", "Text, part 2"]
    assert table["Encoder"].tolist()[1:] == ["MiniLM", "Universal Sentence Encoder"]
    assert table["Dimensions"].tolist() == [896, 384, 512]
    assert table["Size"].tolist() == [120, 90, 30]
    assert table["Encoding"].tolist() == pytest.approx([5, 4, 1])
    assert table["Loading"].tolist() == pytest.approx([0.5, 0.3, 0.2])


def test_what_was_not_recorded_is_missing():
    old = bundle_of(text=record("minilm", 384))
    table = encoder_table(old)
    assert table[["Size", "Encoding", "Loading"]].isna().all(axis=None)
    assert not measured(old)


def test_a_new_bundle_has_the_cost_of_its_encoders(tiny_bundle):
    bundle = Bundle.open(tiny_bundle)
    table = encoder_table(bundle)
    assert table["Input"].tolist() == ["Text", "Image"]
    assert (table["Encoding"] > 0).all()
    assert measured(bundle)
    assert choice_table(bundle).empty


def test_candidates_are_listed_with_the_chosen_one_marked():
    cost = EncoderCost(0.5, 0.004)
    judged = (
        JudgedEncoder("minilm", 0.3, 0.02, 700, cost, chosen=False),
        JudgedEncoder("minilm+use", 0.2, 0.02, 700, cost + cost, chosen=True),
    )
    manifest = SimpleNamespace(encoder_choice={"text": judged})
    table = choice_table(SimpleNamespace(manifest=manifest))
    assert table["Encoder"].tolist() == ["MiniLM + Universal Sentence Encoder ★", "MiniLM"]
    assert table["Log loss"].tolist() == [0.2, 0.3]
    assert table["Encoding"].tolist() == pytest.approx([8, 4])
    assert table["Loading"].tolist() == pytest.approx([1, 0.5])

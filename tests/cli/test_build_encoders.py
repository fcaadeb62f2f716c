from core.cli.build_encoders import encoder_lines
from core.features.encoders.cost import EncoderCost
from core.features.encoders.record import EncoderRecord


def test_encoders_side_by_side_are_told_one_by_one():
    def record(name: str, dim: int, **more) -> EncoderRecord:
        return EncoderRecord(name, "text", dim, None, "abc", 1, True, None, **more)

    minilm = record("minilm", 384, size_bytes=90_500_000, cost=EncoderCost(0.314, 0.0042))
    pair = record("minilm+given", 484, members=(minilm, record("given", 100)))
    assert list(encoder_lines({"text": pair})) == [
        "text encoder minilm: 384 numbers, 90.5 MB, 4.2 ms a product, 0.31 s to load",
        "text encoder given: 100 numbers",
    ]

import pytest

from core.views.models.fine_tuning_worth import MEASURED, Measured, Series, worth_sentences


def series(*gains: float) -> Series:
    sizes = tuple(
        Measured(250 * 4**number, 0.6, 0.6 + gain, gain - 0.02, gain + 0.02, 3.0 + number)
        for number, gain in enumerate(gains)
    )
    return Series("minilm", "photos", sizes)


def test_it_is_worth_it_from_where_every_larger_sample_gained():
    assert series(0.03, 0.01, 0.04, 0.05).sentence == (
        "MiniLM was fine-tuned on 250, 1,000, 4,000 and 16,000 photos: from 4,000 on it was worth it, "
        "and raised accuracy from 0.600 to 0.640 in 5.0 minutes of processor time."
    )


@pytest.mark.parametrize("gains", [(0.0, 0.01), (0.05, 0.0)])
def test_it_says_so_where_nothing_was_gained(gains):
    assert series(*gains).sentence.endswith("250 and 1,000 photos, and gained nothing at any size.")


def test_the_measured_figures_fit_together():
    assert len(worth_sentences()) == len(MEASURED)
    for each in MEASURED:
        assert [one.products for one in each.measured] == sorted(one.products for one in each.measured)
        for one in each.measured:
            assert one.low <= round(one.after - one.before, 3) + 0.001
            assert round(one.after - one.before, 3) - 0.001 <= one.high

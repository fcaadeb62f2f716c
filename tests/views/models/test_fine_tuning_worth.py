import pytest

from core.views.models.fine_tuning_worth import MEASURED, Measured, worth_sentence


def sizes(*gains: float) -> list[Measured]:
    return [
        Measured(250 * 4**number, 0.6, 0.6 + gain, gain - 0.02, gain + 0.02, 3.0 + number)
        for number, gain in enumerate(gains)
    ]


def test_it_is_worth_it_from_where_every_larger_sample_gained():
    sentence = worth_sentence(sizes(0.03, 0.01, 0.04, 0.05))
    assert "250, 1,000, 4,000, 16,000 photos" in sentence
    assert "worth it from 4,000 on, where accuracy rose from 0.600 to 0.640 in 5 minutes" in sentence


@pytest.mark.parametrize("gains", [(0.0, 0.01), (0.05, 0.0)])
def test_it_says_so_where_nothing_was_gained(gains):
    assert worth_sentence(sizes(*gains)).endswith("it gained nothing at any size.")


def test_the_measured_figures_fit_together():
    assert [each.products for each in MEASURED] == sorted(each.products for each in MEASURED)
    for each in MEASURED:
        assert each.low <= each.after - each.before <= each.high

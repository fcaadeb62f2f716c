import pytest

from core.views.formatting import (
    counted,
    percent,
    percent_interval,
    points_interval,
    shorten,
)


def test_long_texts_are_cut():
    assert shorten("lamp") == "lamp"
    assert shorten("a" * 40, 10) == "a" * 9 + "…"


def test_shares_are_percentages():
    assert percent(0.943) == "94.3%"
    assert percent(0.95, 0) == "95%"
    assert percent_interval((0.921, 0.9584)) == "92.1% to 95.8%"
    assert percent_interval(None) == ""
    assert points_interval(-0.004, 0.019) == "-0.4 to +1.9 points"


@pytest.mark.parametrize(("count", "words"), [(0, "0 products"), (1, "1 product"), (1470, "1,470 products")])
def test_what_is_counted_is_in_the_plural(count, words):
    assert counted(count, "product") == words

import pytest

from core.views.formatting import (
    capitalised,
    counted,
    percent,
    percent_interval,
    points_interval,
    shorten,
    shorten_category,
)


def test_a_line_begins_a_sentence():
    assert [capitalised(line) for line in ("lamps of iPhone", "3 lamps", "")] == [
        "Lamps of iPhone",
        "3 lamps",
        "",
    ]


def test_long_texts_are_cut():
    assert shorten("lamp") == "lamp"
    assert shorten("a" * 40, 10) == "a" * 9 + "…"


def test_long_categories_keep_what_tells_them_apart():
    assert shorten_category("Home > Kitchen") == "Home > Kitchen"
    path = "Home & Garden > Kitchen & Dining > Tableware > Mugs"
    assert shorten_category(path) == "… > Tableware > Mugs"
    assert shorten_category(path, 12) == "… > Mugs"
    assert shorten_category("Home > Tableware", 10) == "Tableware"
    short = shorten_category("Kitchen and dining room furniture sets", 15)
    assert len(short) <= 15
    assert (short[:4], short[-4:]) == ("Kitc", "sets")


def test_shares_are_percentages():
    assert percent(0.943) == "94.3%"
    assert percent(0.95, 0) == "95%"
    assert percent_interval((0.921, 0.9584)) == "92.1% to 95.8%"
    assert percent_interval(None) == ""
    assert points_interval(-0.004, 0.019) == "-0.4 to +1.9 points"


@pytest.mark.parametrize(("count", "words"), [(0, "0 products"), (1, "1 product"), (1470, "1,470 products")])
def test_what_is_counted_is_in_the_plural(count, words):
    assert counted(count, "product") == words

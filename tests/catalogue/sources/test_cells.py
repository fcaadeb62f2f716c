import datetime
from decimal import Decimal

import pytest

from core.catalogue.sources.cells import date_text, number_text, value_text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1234.0, "1234"),
        (12.5, "12.5"),
        (0.1 + 0.2, "0.3"),
        (-0.0, "0"),
        (8901234567007.0, "8901234567007"),
        (1234567890123456.0, "1234567890123456"),
        (1e-7, "1e-07"),
        (1e300, "1e+300"),
        (float("nan"), ""),
        (float("inf"), "inf"),
        (3, "3"),
        (2**80, str(2**80)),
    ],
)
def test_numbers(number, text):
    assert number_text(number) == text


def test_dates():
    day = datetime.datetime(2024, 2, 29)
    assert date_text(day) == date_text(day.date()) == "2024-02-29"
    assert date_text(day.replace(hour=13, minute=5)) == "2024-02-29 13:05:00"
    assert date_text(datetime.time(13, 5)) == "13:05:00"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("NA", "NA"),
        (True, "true"),
        (2.0, "2"),
        ([], ""),
        ({}, ""),
        (["a", 'é"', None, 1.5, 2], '["a", "é\\"", null, "1.5", 2]'),
        ({"a": {1: [datetime.date(2024, 1, 2)]}}, '{"a": {"1": ["2024-01-02"]}}'),
        (("x", b"y"), '["x", "y"]'),
        (b"caf\xc3\xa9", "café"),
        (Decimal("1.50"), "1.50"),
    ],
)
def test_values(value, text):
    assert value_text(value) == text

"""Identifiers stay what their owner wrote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.catalogue.values.identifiers import decide_identifiers


def read(*cells: str) -> list[str]:
    return decide_identifiers(cells).read_column(cells)


@pytest.mark.parametrize(
    "cells",
    [
        ["00042", "00043"],
        ["NA", "None", "null", "nan", "N/A"],
        ["8901234567007", "0012345678905"],
        ["1.0", "1.1", "2.0"],  # versions
        ["00012.0", "13.0"],  # a leading zero: texts
        ["1.0", "1"],  # two identifiers, which must not become one
        ["A-1.0", "2.0"],
        ["5E10", "ABC"],
        ["5E10", "1E0"],
        ["4,00638E+12", "4,00639E+12"],
        ["12.5", "13.0"],
        ["4.00638E+12", "4.00639E+12"],  # a spreadsheet took the digits
        ["4.01E+12", "12"],
        ["1.2345678901234567e+17"],  # more digits than a float has
        ["A&ampB", "<1>", "a & b"],
        ["-", "?"],
    ],
)
def test_what_is_kept(cells):
    assert read(*cells) == cells


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["12345.0", "7.0"], ["12345", "7"]),
        (["12345.0", "", "7.0"], ["12345", "", "7"]),
        (["8.901234567007e+12", "100.0"], ["8901234567007", "100"]),
        (["8.901234567007e+12", "8.90123e+12"], ["8901234567007", "8901230000000"]),
        (["4.006381333931E+12"], ["4006381333931"]),
        (["100", "8.901234567007e+12"], ["100", "8901234567007"]),
        ([" A 1 ", "b\u00a0c"], ["A 1", "b c"]),
        (["Cafe\u0301"], ["Café"]),
        (["a\u200bb", "c\x00d"], ["ab", "cd"]),
    ],
)
def test_what_is_restored(cells, expected):
    assert read(*cells) == expected


def test_what_was_done_is_said():
    assert decide_identifiers(["12345.0", "7.0"], "sku").said == (
        "sku: 2 numbers such as '12345.0' are read as 12345",
    )
    assert "lost digits" in decide_identifiers(["4.00638E+12"]).doubts[0]
    assert "lost digits" in decide_identifiers(["4,00638E+12"]).doubts[0]
    assert not decide_identifiers(["00042", "1E5"]).doubts and not decide_identifiers(["5E10", "1E5"]).doubts


@given(st.lists(st.integers(0, 10**13), min_size=1, max_size=8, unique=True))
def test_whole_numbers_survive_a_float_column(numbers):
    """As pandas and Python write floats."""
    assert read(*(repr(float(number)) for number in numbers)) == [str(number) for number in numbers]


@given(st.lists(st.text(max_size=12), max_size=6))
def test_any_text_is_an_identifier(cells):
    assert len(read(*cells)) == len(cells)

import io
import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.common.spreadsheet import FORMULA_STARTS, file_name, own_text, safe_text, table_csv


def test_a_table_comes_back_as_it_was():
    table = pd.DataFrame({"Id": ["007", "b"], "Name": ['Mug, "blue"', "Größe\nXL"], "Share": [0.5, -1.25]})
    back = pd.read_csv(io.BytesIO(table_csv(table)), dtype={"Id": str}, encoding="utf-8-sig")
    pd.testing.assert_frame_equal(back, table)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_cell_and_no_heading_is_a_formula(cell):
    back = pd.read_csv(io.BytesIO(table_csv(pd.DataFrame({cell: [cell, "-"]}))), encoding="utf-8-sig")
    assert list(back.columns) == ["'" + cell]
    assert back.iloc[0, 0] == "'" + cell


def test_a_number_below_zero_stays_a_number():
    assert b"\n-0.5" in table_csv(pd.DataFrame({"gain": [-0.5]}))


def test_file_names_are_plain():
    assert (
        file_name("flipkart-local", "text", "Confusion matrix", ending="csv")
        == "flipkart-local-text-confusion-matrix.csv"
    )
    assert file_name("../../etc/passwd", ending="html") == "etc-passwd.html"
    assert file_name("???", ending="csv") == "download.csv"
    assert file_name("दाल", "ไทย", ending="csv") == "दाल-ไทย.csv"
    assert len(file_name("x" * 500, ending="csv")) <= 104


@given(st.text(st.sampled_from("'=+-@ 1a,.\t\r\n"), max_size=6))
def test_an_apostrophe_is_taken_away_again(cell):
    safe = safe_text(cell)
    assert own_text(safe) == cell
    assert not safe.lstrip(" ").startswith(FORMULA_STARTS) or re.fullmatch(r"[+-]\d+([.,]\d+)*", safe)

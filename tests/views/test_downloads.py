import io

import pandas as pd
import plotly.graph_objects as go
import pytest

from core.common.spreadsheet import file_name, table_csv
from core.views.downloads import figure_html


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


def test_a_figure_is_a_page_that_needs_nothing_from_elsewhere():
    figure = go.Figure(go.Bar(x=["</script><script>alert(1)</script>"], y=[1]))
    page = figure_html(figure, "A <b>", "rows & head").decode("utf-8")
    assert "<title>A &lt;b&gt;</title>" in page
    assert "rows &amp; head" in page
    assert "<script src" not in page and 'src="http' not in page and "<link" not in page
    assert "plotly.js v" in page
    assert "<script>alert(1)" not in page


def test_a_saved_figure_has_the_light_colours_and_the_shown_one_stays_as_it_was():
    figure = go.Figure(go.Bar(x=[1], y=[1]))
    before = figure.to_json()
    page = figure_html(figure, "t", categorical=["#112233"], diverging=["#445566", "#778899"]).decode("utf-8")
    assert figure.to_json() == before
    for colour in ("#112233", "#445566", "#778899"):
        assert colour in page


def test_file_names_are_plain():
    assert (
        file_name("flipkart-local", "text", "Confusion matrix", ending="csv")
        == "flipkart-local-text-confusion-matrix.csv"
    )
    assert file_name("../../etc/passwd", ending="html") == "etc-passwd.html"
    assert file_name("???", ending="csv") == "download.csv"
    assert len(file_name("x" * 500, ending="csv")) <= 104

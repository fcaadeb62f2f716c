import plotly.graph_objects as go

from core.views.figure_page import figure_html


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

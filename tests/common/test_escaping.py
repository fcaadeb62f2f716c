import html as standard
import re

import pytest

from core.common.escaping import JOINER, html, markdown, one_line, plotly, plotly_3d

# What CommonMark, GitHub's tables and links, KaTeX and Streamlit's own signs begin with.
HOSTILE = [
    "![x](http://203.0.113.9/p.png)",
    "[click](https://evil.example)",
    "$x^2$ and $$y$$",
    ":material/home: :red[alarm] :tada: :streamlit:",
    "<img src=http://203.0.113.9/p.png onerror=alert(1)>",
    "**bold** _it_ ~~gone~~ `code`",
    "# heading",
    "- item",
    "1. item",
    "> quote",
    "https://evil.example www.evil.example me@evil.example",
    "[^1] [x]: http://a",
    "&lt;b&gt; &#60;",
    "a\nb\r\n\n# c\u2028d",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_has_no_sign_left_that_means_something(text):
    shown = markdown(text)
    assert "\n" not in shown
    bare = re.sub(r"\\.", "", shown)  # what a parser can take for a sign
    assert not re.search(r"[\[\]$`*_<>#~^]|:\S", bare)
    assert not re.match(r"[-+=|]|\d+[.)]", bare)
    parsed = re.sub(r"\\(.)", r"\1", shown)  # what is left in the text once it is parsed
    assert not re.search(r"https?://|www\.|\w@\w|:[\w+-]+[:/]", parsed)
    assert parsed.replace(JOINER, "") == one_line(text)  # and nothing is lost


def test_plain_names_stay_as_they_are():
    for name in ("Mugs & Cups", "T-shirt (blue), 5.5%", "Ring 1/2\" 'x'", "Möbel; 家具 = neu"):
        assert markdown(name) == name


def test_html_is_text_also_in_attributes():
    hostile = "<b onclick='x' title=\"y\">&amp;\x07"
    assert not re.search(r"[<>'\"]", html(hostile))
    assert standard.unescape(html(hostile)) == hostile.replace("\x07", " ")
    assert html("two\nlines") == "two\nlines"


def test_plotly_sees_neither_tags_nor_templates():
    assert plotly("<b>x</b> %{customdata} &amp;") == "&lt;b&gt;x&lt;/b&gt; %&#123;customdata} &amp;amp;"
    assert plotly("5\" & 6'") == "5\" &amp; 6'"


def test_signs_that_turn_text_around_are_taken_out():
    assert one_line("abc\u202egpj.exe") == "abc gpj.exe"


def test_names_in_space_hold_no_tags_and_no_entities():
    # plotly's gl-text looks for <b>, <i>, <br>, <sub> and <sup>, literally.
    assert plotly_3d("a<b>c</b>\n&") == f"a<{JOINER}b>c<{JOINER}/b> &"

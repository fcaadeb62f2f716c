import re

import pytest

from core.views.catalogues.words import about, page_words
from tests.paths import ROOT

OPTION = re.compile(r'"[^"]*--(?:label|columns|encoding|sheet|minimum|keep-placeholders)\b[^"]*"')


def said_by_the_library() -> list[str]:
    """Return the literals of the catalogue's code that name an option of the command line."""
    return [
        re.sub(r"\{[^}]*\}", "x", literal.strip('"'))
        for file in sorted((ROOT / "core" / "catalogue").rglob("*.py"))
        for literal in OPTION.findall(file.read_text(encoding="utf-8"))
    ]


def test_the_page_never_names_an_option_of_the_command_line():
    assert len(said_by_the_library()) > 10
    for line in said_by_the_library():
        assert "--" not in page_words(line), line


def test_text_of_a_table_is_data():
    assert page_words("category: [x](http://a) <b> $1$ a*b_c") == (
        "Category: \\[x\\](http\\:\u2060//a) \\<b\\> \\$1\\$ a\\*b\\_c"
    )


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "less than a minute"),
        (50, "about a minute"),
        (100, "about 2 minutes"),
        (1200, "about 20 minutes"),
        (7200, "about 2 hours"),
    ],
)
def test_durations_are_said_roughly(seconds, words):
    assert about(seconds) == words

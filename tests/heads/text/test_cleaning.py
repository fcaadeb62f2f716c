import pytest

from core.heads.text.cleaning import clean_words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Women's running SHOES, (2 pairs) & knives!!", ["woman", "run", "shoe", "2", "pair", "knife"]),
        ("of the and", []),
        ("ＦＵＬＬ width ½", ["full", "width", "1", "2"]),
    ],
)
def test_clean_words(text, expected):
    assert clean_words(text) == expected

"""Words of scripts whose vowels are marks."""

import unicodedata

import pytest

from core.common.letters import MARKS, bare, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Blue-green T_shirt, 2x", ["Blue", "green", "T", "shirt", "2x"]),
        ("दाल, दिल", ["दाल", "दिल"]),
        ("ชุดเครื่องนอน", ["ชุดเครื่องนอน"]),
        ("می‌خواهم", ["می‌خواهم"]),
        (unicodedata.normalize("NFD", "café"), [unicodedata.normalize("NFD", "café")]),
        ("❤️ 杯子", ["杯子"]),
        ("\u0301", []),
    ],
)
def test_words(text, words):
    assert words_of(text) == words


def test_every_mark_that_unicode_knows_is_one():
    import re

    pattern = re.compile(f"[{MARKS}]")
    for code in (0x300, 0x93E, 0x94D, 0xE31, 0x64E, 0x5B0, 0x3099, 0x1AB0):
        assert unicodedata.category(chr(code))[0] == "M"
        assert pattern.match(chr(code))
    assert not pattern.match("a") and not pattern.match("-")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Größe  A ", "grosse a"),
        ("Catégorie", "categorie"),
        ("CATÉGORIE", "categorie"),
        ("Żółty Łóżko", "zolty lozko"),
        ("KATEGORİ", "kategori"),
        ("Категорий", "категории"),
        ("ｶﾃｺﾞﾘ", "カテゴリ"),
        ("カテゴリ", "カテゴリ"),
        ("दिल", "दिल"),
        ("Ørsted", "orsted"),
    ],
)
def test_bare_text(text, expected):
    assert bare(text) == expected == bare(expected)

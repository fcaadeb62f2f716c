"""The one way a product's text is made."""

import time
import unicodedata

import pandas as pd
import pytest

from core.catalogue.text import LONGEST, plain, product_text, product_texts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  a \n\t b\u00a0c ", "a b c"),
        ("Tom &amp; Jerry&#39;s", "Tom & Jerry's"),
        ("Tom &amp;amp; Jerry", "Tom & Jerry"),
        ("<p class='x'>One</p><br/>two", "One two"),
        ("&lt;b&gt;bold&lt;/b&gt;", "bold"),
        ("a<script>alert('x')</script>b<!-- no -->c", "a b c"),
        ("5 < 6 and 7 > 3, I <3 it", "5 < 6 and 7 > 3, I <3 it"),
        ("soft\u00adhy\u200bphen\ufeff\x07", "softhyphen"),
        (unicodedata.normalize("NFD", "Café"), "Café"),
        ("👩‍👩‍👧 حذاء רץ", "👩‍👩‍👧 حذاء רץ"),
        ("\u200b \x00", ""),
    ],
)
def test_plain_text(text, expected):
    assert plain(text) == expected
    assert plain(expected) == expected


@pytest.mark.parametrize(
    ("name", "description", "expected"),
    [
        ("Red Car", "A car.", "Red Car. A car."),
        ("Red Car", "RED CAR - made of wood", "Red Car. made of wood"),
        ("Red Car", "Buy Red Car here", "Red Car. Buy Red Car here"),
        ("Red Car", "red car", "Red Car"),
        ("Red Car", "", "Red Car"),
        ("", "A car.", "A car."),
        ("", "", ""),
        ("<br>", " &nbsp; ", ""),
    ],
)
def test_product_text(name, description, expected):
    assert product_text(name, description) == expected


def test_a_long_description_is_cut():
    text = product_text("Red Car", "word " * 20_000)
    assert len(text) == LONGEST == 2000 and text.startswith("Red Car. word")


def test_plain_is_idempotent():
    raw = ("Tom&#39;s &amp;amp; <b>Car</b>", "<p>Tom's & Car</p> is\u200b  red")
    assert product_text(*raw) == product_text(*map(plain, raw)) == "Tom's & Car. is red"


@pytest.mark.parametrize("hard", ["<!--" * 25_000, "<script>" * 12_000, "&amp;" * 20_000, "<a " * 30_000])
def test_unclosed_tags_take_linear_time(hard):
    start = time.process_time()
    product_text("a", hard)
    assert time.process_time() - start < 3


def test_one_text_per_row():
    table = pd.DataFrame({"name": ["a", ""], "description": ["b", ""]})
    assert product_texts(table) == ["a. b", ""]

"""The one way a product's text is made."""

import time

import pandas as pd
import pytest

from core.catalogue.text import LONGEST, product_text, product_texts
from core.catalogue.values.texts import plain


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
        ("Cap", "Captain America costume", "Cap. Captain America costume"),
        ("Ring", "Rings made", "Ring. Rings made"),
        ("Straße", "STRASSE 5", "Straße. 5"),
    ],
)
def test_product_text(name, description, expected):
    assert product_text(name, description) == expected


def test_a_long_description_is_cut():
    text = product_text("Red Car", "word " * 20_000)
    assert len(text) == LONGEST == 2000 and text.startswith("Red Car. word")


def test_a_cut_text_keeps_its_last_vowel_sign():
    text = product_text("", "x" * (LONGEST - 1) + "दि")
    assert text == "x" * (LONGEST - 1)


def test_texts_that_are_plain_already_stay():
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

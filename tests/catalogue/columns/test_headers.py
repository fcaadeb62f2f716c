"""Column names taken apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.catalogue.columns.headers import header_of


@pytest.mark.parametrize(
    ("name", "words", "note", "number", "language"),
    [
        ("Price (EUR)", "price", "EUR", None, ""),
        ("Preis in €", "preis", "in €", None, ""),
        ("price_usd", "price", "USD", None, ""),
        ("name*", "name", "", None, ""),
        ("*Title", "title", "", None, ""),
        ("g:image_link", "image link", "", None, ""),
        ("category_name (en)", "category name", "en", None, "en"),
        ("name(en-gb)", "name", "en-gb", None, "en"),
        ("productDisplayName", "product display name", "", None, ""),
        ("imageURLHighRes", "image url high res", "", None, ""),
        ("Image URL 1", "image url 1", "", 1, ""),
        ("image2", "image2", "", 2, ""),
        ("image_01_url", "image 01 url", "", 1, ""),
        ("name_de", "name de", "", None, "de"),
        ("title_en_US", "title en us", "", None, "en"),
        ("Größe", "grosse", "", None, ""),
        ("Catégorie Principale", "categorie principale", "", None, ""),
        ("商品画像（メイン）", "商品画像", "メイン", None, ""),
        ("\ufeffsku", "sku", "", None, ""),
        ("(name)", "name", "", None, ""),
    ],
)
def test_headers(name, words, note, number, language):
    header = header_of(name)
    assert (" ".join(header.words), header.note, header.number, header.language) == (
        words,
        note,
        number,
        language,
    )


def test_the_whole_name_is_read_first():
    readings = list(header_of("Product EAN13").readings())
    assert readings[0] == ("productean13", None, "")
    assert ("ean13", None, "") in readings and ("ean", 13, "") in readings


@given(st.text(max_size=30))
def test_any_name_can_be_read(name):
    header = header_of(name)
    assert header.name == name
    list(header.readings())

import pandas as pd
import pytest

from core.catalogue.formats.format import ReadOptions, clean, price
from core.catalogue.formats.registry import get_format
from core.catalogue.images.names import image_name
from core.common.errors import CatalogueError
from tests.catalogue.formats.tables import read, write


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("Rs. 1,299.00", 1299),
        ("$12.5", 12.5),
        ("12,50 €", 12.5),
        ("1.299,00", 1299),
        ("1,23,456", 123456),
        ("7", 7),
    ],
)
def test_prices_as_people_write_them(cell, value):
    assert price(cell) == value


def test_no_price_is_nan():
    assert pd.isna(price("on request"))


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("7.jpg", "7.jpg"),
        ("shops/7.jpg", "shops/7.jpg"),
        (r"C:\shop\7.jpg", "C:/shop/7.jpg"),
        ("http://img.example.com/a/b%20c.jpeg?size=2", "b c.jpeg"),
        ('["http://img.example.com/a,1.jpeg", "http://img.example.com/b.jpeg"]', "a,1.jpeg"),
        ("[]", ""),
    ],
)
def test_image_names_from_paths_addresses_and_lists(cell, name):
    assert image_name(cell) == name


def test_cells_lose_nul_lone_surrogates_and_words_for_nothing():
    assert clean(" a\x00b ") == "ab"
    assert clean("NaN") == clean("null") == ""
    assert clean("bad \ud83d half") == "bad ? half"
    assert clean("👟 حذاء") == "👟 حذاء"


def test_chunks_keep_file_order_and_number_rows_through(tmp_path):
    write(tmp_path / "t.csv", "name,label\n" + "".join(f"n{n},x\n" for n in range(7)))
    chunks = list(get_format("csv").read(tmp_path, ReadOptions(chunk_rows=3)))
    assert [len(chunk) for chunk in chunks] == [3, 3, 1]
    assert pd.concat(chunks)["sku"].tolist() == [f"row-{n}" for n in range(1, 8)]


def test_the_table_may_be_named_itself(tmp_path):
    write(tmp_path / "a.csv", "name,label\na,x\n")
    write(tmp_path / "b.tsv", "name\tlabel\nb\tx\n")
    assert read(tmp_path / "b.tsv", "csv")["name"].tolist() == ["b"]
    with pytest.raises(CatalogueError, match=r"several tables \(a.csv, b.tsv\)"):
        read(tmp_path, "csv")


def test_no_table(tmp_path):
    with pytest.raises(CatalogueError, match="no product table found"):
        read(tmp_path, "csv")
    with pytest.raises(CatalogueError, match="no such file or folder"):
        read(tmp_path / "nowhere", "csv")

import pytest

from core.catalogue.sources.headers import find_header


def header(*rows, width=None):
    split = [row.split("|") for row in rows]
    found = find_header(split, width or max(map(len, split)))
    return found.names, found.row, found.first


def test_the_first_row():
    assert header("sku|name", "1|a", "2|b") == (("sku", "name"), 0, 1)
    assert header("name|category", "Mug|Mugs", "Lamp|Lamps", "Cup|Mugs") == (("name", "category"), 0, 1)


def test_titles_above():
    assert header("Stock list", "Monday", "sku|name|price|stock", "1|a|2|3") == (
        ("sku", "name", "price", "stock"), 2, 3,
    )  # fmt: skip
    assert header("Stock|||", "sku|name|price|stock", "1|a|2|3", "2|b|3|4")[1] == 1


def test_rows_that_fill_few_columns_are_below_the_header():
    assert header("a|b|c|d|e|f", "x|||||", "y||1|||", "z|||||")[1] == 0


@pytest.mark.parametrize(
    "rows",
    [
        ("00017|Blue mug|Mugs", "00018|Lamp|Lamps", "00019|Cup|Mugs"),
        ("Blue mug|Mugs", "Lamp|Lamps", "Cup|Mugs", "Vase|Vases"),
        ("a/1.jpg|0", "b/2.jpg|1", "a/3.jpg|0"),
        ("https://shop.example/1|Mug", "https://shop.example/2|Cup"),
        ("Mug|12.50", "Cup|1.25"),
        ("1|Mug", "2|Cup", "3|Bowl"),
        ("2024-01-02|Mug", "2024-01-03|Cup"),
        ("A mug for tea, coffee and everything else that is hot and wet, glazed|x", "A cup|y"),
    ],
)
def test_no_header(rows):
    names, row, first = header(*rows)
    assert names == tuple(f"column {n + 1}" for n in range(len(names))) and row is None and first == 0


@pytest.mark.parametrize(
    "rows",
    [
        ("name|2023|2024", "Mug|1|2", "Cup|3|4"),
        ("size|36|37|38", "A|1|0|2", "B|3|4|1"),
        ("id|note", "1|", "2|"),
        ("sku|flag", "1|x", "2|x"),
        ("name|name", "a|b", "c|d"),
        ("sku|name",),
    ],
)
def test_a_header_that_might_be_taken_for_a_row(rows):
    assert header(*rows)[1:] == (0, 1)


def test_a_header_that_is_repeated_is_a_header():
    assert header("name|category", "Mug|Mugs", "name|category", "Cup|Mugs")[1] == 0


def test_names_for_columns_without_one():
    assert header("sku|name|", "1|a|b", "2|c|d")[0] == ("sku", "name", "column 3")
    assert header("sku|name", "x|a|b", "y|c|d", width=3)[0] == ("sku", "name", "column 3")
    assert header("sku|name", "1|a|b", "2|c|d", "3|e|f", width=3)[0] == ("column 1", "sku", "name")

import pytest

from core.catalogue.formats.flipkart import tree_path
from core.common.errors import CatalogueError
from tests.catalogue.formats.tables import read, write_rows

TREE = '["Toys >> Cars & Trains >> Wooden Cars >> Red Car"]'


@pytest.mark.parametrize(
    ("cell", "path"),
    [
        (TREE, ["Toys", "Cars & Trains", "Wooden Cars", "Red Car"]),
        ('["Only"]', ["Only"]),
        ('["A "quoted" >> B"]', ['A "quoted"', "B"]),
        ("A >> B", ["A", "B"]),
        ("[]", []),
        ("", []),
    ],
)
def test_flipkart_category_trees(cell, path):
    assert tree_path(cell) == path


def flipkart_row(**changes) -> dict:
    row = {
        "uniq_id": "u1",
        "product_name": "Red Car",
        "product_category_tree": TREE,
        "retail_price": "999",
        "discounted_price": "499",
        "image": '["http://img.example.com/x/red-1.jpeg", "http://img.example.com/x/red-2.jpeg"]',
        "description": "A car.",
        "brand": "Woody",
        "product_url": "http://example.com/u1",
    }
    return row | changes


def test_flipkart_row(tmp_path):
    write_rows(tmp_path / "any_name.csv", [flipkart_row(), flipkart_row(uniq_id="", discounted_price="")])
    table = read(tmp_path, "flipkart")
    first = table.iloc[0]
    assert (first.sku, first["name"], first.description, first.category) == (
        "u1",
        "Red Car",
        "A car.",
        "Toys",
    )
    assert (first.image, first.brand, first.url) == ("red-1.jpeg", "Woody", "http://example.com/u1")
    assert [first[f"level_{n}"] for n in range(1, 6)] == [
        "Toys",
        "Cars & Trains",
        "Wooden Cars",
        "Red Car",
        "",
    ]
    assert table["price"].tolist() == [499, 999]
    assert table["sku"][1] == "row-2"
    assert read(tmp_path, "flipkart", label="LEVEL_2")["category"][0] == "Cars & Trains"


def test_flipkart_with_only_some_columns(tmp_path):
    write_rows(tmp_path / "t.csv", [{"uniq_id": "u", "product_name": "Red Car"}])
    table = read(tmp_path, "flipkart")
    assert table["category"].tolist() == [""] and "price" not in table and table["image"].tolist() == [""]
    with pytest.raises(CatalogueError, match=r"product_category_tree.*uniq_id, product_name"):
        read(tmp_path, "flipkart", label_required=True)
    with pytest.raises(
        CatalogueError, match=r"no category column 'colour': expected one of category, level_2, level_3"
    ):
        read(tmp_path, "flipkart", label="colour")
    write_rows(tmp_path / "t.csv", [{"id": "u", "title": "Red Car"}])
    with pytest.raises(CatalogueError, match="is it a Flipkart table"):
        read(tmp_path, "flipkart")

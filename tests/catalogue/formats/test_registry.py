"""Readers: each known format, and what real tables do wrong."""

import csv
import json
from pathlib import Path

import pandas as pd
import pytest

from core.catalogue.formats.bestbuy import category_names
from core.catalogue.formats.flipkart import tree_path
from core.catalogue.formats.format import ReadOptions, clean, image_name, price
from core.catalogue.formats.registry import FORMATS, get_format
from core.common.errors import CatalogueError

TREE = '["Toys >> Cars & Trains >> Wooden Cars >> Red Car"]'


def write(file: Path, text: str, encoding: str = "utf-8") -> Path:
    file.write_bytes(text.encode(encoding))
    return file


def write_rows(file: Path, rows: list[dict]) -> Path:
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return file


def read(data: Path, format: str, **options) -> pd.DataFrame:
    return pd.concat(get_format(format).read(data, ReadOptions(**options)), ignore_index=True)


# --- the registry


def test_an_unknown_format_lists_the_known_ones():
    with pytest.raises(CatalogueError, match=r"'amazon'.*flipkart, fashion, bestbuy, csv"):
        get_format("amazon")
    assert all(format.name == name for name, format in FORMATS.items())


@pytest.mark.parametrize(("rows", "smallest"), [(30, 10), (1500, 15), (100_000, 20)])
def test_small_tables_of_any_kind_keep_smaller_classes(rows, smallest):
    assert get_format("csv").smallest_class(rows) == smallest
    assert get_format("fashion").smallest_class(rows) == 100


# --- cells


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


# --- flipkart


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


# --- fashion

STYLES = (
    "id,gender,masterCategory,subCategory,articleType,baseColour,season,year,usage,productDisplayName\n"
    "15970,Men,Apparel,Topwear,Shirts,Navy Blue,Fall,2011,Casual,Plain Navy Shirt\n"
    "6394,Men,Apparel,Bottomwear,Shorts,Blue,Summer,2012,NA,Blue Shorts, 3.5\" wide, with belt\n"
)  # fmt: skip


def test_fashion_names_with_commas_and_no_quotes(tmp_path):
    write(tmp_path / "styles.csv", STYLES)
    table = read(tmp_path, "fashion")
    assert table["name"].tolist() == ["Plain Navy Shirt", 'Blue Shorts, 3.5" wide, with belt']
    assert table["image"].tolist() == ["15970.jpg", "6394.jpg"]
    assert table["category"].tolist() == ["Topwear", "Bottomwear"]
    assert table.loc[0, ["level_1", "level_2", "level_3"]].tolist() == ["Apparel", "Topwear", "Shirts"]
    assert table.loc[0, ["colour", "usage", "gender"]].tolist() == ["Navy Blue", "Casual", "Men"]
    assert table["usage"][1] == ""
    assert read(tmp_path, "fashion", label="articletype")["category"].tolist() == ["Shirts", "Shorts"]


def test_fashion_needs_its_own_table(tmp_path):
    write(tmp_path / "styles.csv", "sku,name\n1,a\n")
    with pytest.raises(CatalogueError, match="no column id among sku, name"):
        read(tmp_path, "fashion")
    write(tmp_path / "styles.csv", "id,productDisplayName\n1,a\n")
    assert read(tmp_path, "fashion")["category"].tolist() == [""]
    with pytest.raises(CatalogueError, match="no category column"):
        read(tmp_path, "fashion", label="articleType")


# --- bestbuy

CATEGORIES = [
    {
        "id": "out1",
        "name": "Games",
        "path": [{"id": "out", "name": "Outlet"}, {"id": "out1", "name": "Games"}],
    },
    {"id": "ab1", "name": "Games", "path": [{"id": "ab1", "name": "Games"}]},
    {
        "id": "ab2",
        "name": "Board Games",
        "path": [{"id": "ab1", "name": "Games"}, {"id": "ab2", "name": "..."}],
    },
    {"id": "ab9"},
]
PRODUCT = {
    "sku": 43900,
    "name": "Chess",
    "price": 9.99,
    "description": None,
    "manufacturer": "Rook",
    "category": [{"id": "ab1", "name": "Games"}, {"id": "ab2", "name": "Board Games"}],
    "url": "http://example.com/43900",
    "image": "http://img.example.com/4390/43900_sa.jpg",
}


@pytest.fixture
def bestbuy(tmp_path):
    (tmp_path / "categories.json").write_text(json.dumps(CATEGORIES))
    return tmp_path


def test_bestbuy_names_stay_distinct(bestbuy):
    names = category_names(bestbuy)
    assert names == {"ab1": "Games", "ab2": "Board Games", "out1": "Games (out1)"}


@pytest.mark.parametrize("name", ["products.json", "products.jsonl", "mine.json"])
def test_bestbuy_json(bestbuy, name):
    outlet = PRODUCT | {"sku": 2, "category": [{"id": "out1", "name": "Games"}]}
    bare = {"sku": 3, "name": "Bare"}
    records = [PRODUCT, outlet, bare]
    lines = name.endswith("l")
    text = "\n".join(map(json.dumps, records)) if lines else json.dumps(records, indent=1)
    (bestbuy / name).write_text(text)
    table = read(bestbuy, "bestbuy", chunk_rows=2)
    assert table["category"].tolist() == ["Games", "Games (out1)", ""]
    assert table["sku"].tolist() == ["43900", "2", "3"]
    first = table.iloc[0]
    assert (first["name"], first.description, first.brand, first.price) == ("Chess", "", "Rook", 9.99)
    assert (first.image, first.level_1, first.level_2) == ("43900_sa.jpg", "Games", "Board Games")
    assert pd.isna(table["price"][2])
    assert read(bestbuy, "bestbuy", label="sub_class1_id")["category"].tolist() == ["Board Games", "", ""]


def test_bestbuy_names_without_categories_file(tmp_path):
    outlet = PRODUCT | {"category": [{"id": "out1", "name": "Games"}]}
    (tmp_path / "products.json").write_text(json.dumps([PRODUCT, outlet, PRODUCT]))
    assert read(tmp_path, "bestbuy")["category"].tolist() == ["Games", "Games (out1)", "Games"]


def test_bestbuy_processed_table_goes_before_json(bestbuy):
    (bestbuy / "products.json").write_text("[]")
    write(
        bestbuy / "processed_products_with_images.csv",
        "sku,name,description,image,type,price,shipping,manufacturer,class_id,sub_class1_id,image_path\n"
        "43900,Chess,Wood,http://x/1.jpg,Game,9.99,0,Rook,ab1,ab2,data/images/43900.jpg\n"
        "2,Go,Stones,http://x/2.jpg,Game,19.99,0,Rook,zz,,data/images/2.jpg\n",
    )
    table = read(bestbuy, "bestbuy")
    assert table["category"].tolist() == ["Games", "zz"]
    assert table["image"].tolist() == ["data/images/43900.jpg", "data/images/2.jpg"]
    assert table.loc[0, ["brand", "level_1", "level_2", "price"]].tolist() == [
        "Rook",
        "Games",
        "Board Games",
        9.99,
    ]
    assert read(bestbuy, "bestbuy", label="sub_class1_id")["category"].tolist() == ["Board Games", ""]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no objects"),
        ("[]", "no objects"),
        ('[{"sku": 1}, {"sku": ', "damaged or truncated after 1 objects"),
        ('[{"sku": 1}, 7]', "expected a product object after 1, got '7"),
        ('[{"sku" 1}]' + " " * 300_000, "damaged or truncated after 0"),
    ],
)
def test_broken_json(tmp_path, text, message):
    (tmp_path / "products.json").write_text(text)
    with pytest.raises(CatalogueError, match=message):
        read(tmp_path, "bestbuy")


def test_json_is_read_piece_by_piece(tmp_path):
    # Objects longer than a block, and more of them than one block holds.
    records = [{"sku": n, "name": "x" * (400_000 if n == 1 else 1000)} for n in range(900)]
    (tmp_path / "products.json").write_text(json.dumps(records))
    chunks = get_format("bestbuy").read(tmp_path, ReadOptions(chunk_rows=100))
    assert next(chunks)["sku"].tolist() == [str(n) for n in range(100)]
    assert sum(len(chunk) for chunk in chunks) == 800


# --- csv: columns


def test_csv_guesses_usual_names(tmp_path):
    write(
        tmp_path / "t.csv",
        "Product ID,Title,Long Description,Image,Label,Color,Price\n1,a,b,c.jpg,d,red,$3\n",
    )
    row = read(tmp_path, "csv").iloc[0]
    assert row[["sku", "name", "description", "image", "category", "colour", "price"]].tolist() == [
        "1", "a", "b", "c.jpg", "d", "red", 3.0,
    ]  # fmt: skip


def test_csv_columns_can_be_named(tmp_path):
    write(tmp_path / "t.csv", "Titel,Art,name\nStuhl,Möbel,kein Name\n")
    table = read(tmp_path, "csv", columns={"name": "titel", "category": "Art"}, label_required=True)
    assert table.loc[0, ["name", "category"]].tolist() == ["Stuhl", "Möbel"]
    assert read(tmp_path, "csv", label="art")["category"].tolist() == ["Möbel"]
    with pytest.raises(CatalogueError, match=r"no column 'Sorte' among Titel, Art, name"):
        read(tmp_path, "csv", label="Sorte")
    with pytest.raises(CatalogueError, match=r"unknown field 'titel'"):
        read(tmp_path, "csv", columns={"titel": "Titel"})


def test_csv_without_label(tmp_path):
    write(tmp_path / "t.csv", "sku,name\n1,a\n")
    assert read(tmp_path, "csv")["category"].tolist() == [""]
    with pytest.raises(CatalogueError, match=r"no category column .*sku, name; choose one with --label"):
        read(tmp_path, "csv", label_required=True)


def test_csv_without_text_and_image(tmp_path):
    write(tmp_path / "t.csv", "sku,weight,label\n1,2,x\n")
    with pytest.raises(CatalogueError, match="no name, description or image column among sku, weight, label"):
        read(tmp_path, "csv")


# --- csv: files as they are


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_and_delimiters(tmp_path, encoding, delimiter):
    rows = [["sku", "name", "label"], ["1", "Café – größer", "Küche"], ["2", f'"a{delimiter} b"', "Bad"]]
    write(tmp_path / "t.csv", "\n".join(delimiter.join(row) for row in rows), encoding)
    table = read(tmp_path, "csv")
    assert table["name"].tolist() == ["Café – größer", f"a{delimiter} b"]
    assert table["category"].tolist() == ["Küche", "Bad"]


def test_bytes_that_no_windows_has_are_latin_1(tmp_path):
    (tmp_path / "t.csv").write_bytes(b"name,label\nCaf\xe9 \x81,a\n")
    assert read(tmp_path, "csv")["name"].tolist() == ["Café \x81"]


def test_hard_cells(tmp_path):
    long = "word " * 40_000  # over the csv module's own limit on a cell
    rows = [
        {"sku": "1", "name": "👟 כובע حذاء", "description": long, "label": "a"},
        {"sku": "2", "name": 'line one\nline "two", done', "description": "n\x00ul", "label": "a"},
    ]
    write_rows(tmp_path / "t.csv", rows)
    table = read(tmp_path, "csv")
    assert table["name"].tolist() == [row["name"] for row in rows]
    assert table["description"].tolist() == [long.strip(), "nul"]


def test_blank_and_short_lines(tmp_path):
    write(tmp_path / "t.csv", "\n\nsku,name,label,\r\n1,a,x\r\n\r\n2,b\r\n3,c,z,,,\r\n")
    table = read(tmp_path, "csv")
    assert table["sku"].tolist() == ["1", "2", "3"] and table["category"].tolist() == ["x", "", "z"]


def test_of_columns_with_one_name_the_first_is_read(tmp_path):
    write(tmp_path / "t.csv", "name,label,name\nfirst,x,second\n")
    assert read(tmp_path, "csv")["name"].tolist() == ["first"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "t.csv: the file is empty"),
        ("\n  \n\n", "t.csv: the file is empty"),
        ("sku,name,label\n", "it has a header but no rows"),
        ("sku,name,label\n\n\n", "it has a header but no rows"),
        ("name,label\na,x\nb,y,z\n", "line 3: 3 cells where the header has 2"),
        ('\nname,label\na,x\nb,"y\nc,z\n', "line 4: a quoted cell is never closed"),
        ("PK\x03\x04 not a table", "not a text file"),
        ("\x89PNG\x1a\x00\x00", "not a text file"),
    ],
)
def test_files_that_are_no_table(tmp_path, text, message):
    (tmp_path / "t.csv").write_bytes(text.encode("latin-1"))
    with pytest.raises(CatalogueError, match=message) as caught:
        read(tmp_path, "csv")
    assert "\n" not in str(caught.value)


def test_cut_off_utf_16(tmp_path):
    (tmp_path / "t.csv").write_bytes("name,label\na,b\n".encode("utf-16")[:-1])
    with pytest.raises(CatalogueError, match="not utf-16 text"):
        read(tmp_path, "csv")


def test_chunks_keep_file_order_and_number_rows_through(tmp_path):
    write(tmp_path / "t.csv", "name,label\n" + "".join(f"n{n},x\n" for n in range(7)))
    chunks = list(get_format("csv").read(tmp_path, ReadOptions(chunk_rows=3)))
    assert [len(chunk) for chunk in chunks] == [3, 3, 1]
    assert pd.concat(chunks)["sku"].tolist() == [f"row-{n}" for n in range(1, 8)]


# --- which file


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


# --- the real tables


@pytest.mark.data
def test_real_bestbuy(data_dir):
    folder = data_dir("bestbuy")
    names = category_names(folder)
    assert len(names) == len(set(names.values())) == 4584
    assert names["abcat0500000"] == "Computers & Tablets"
    table = read(folder, "bestbuy")
    assert len(table) == 33 and (table["category"] != "").all() and table["price"].notna().all()
    assert "Health, Fitness & Beauty" in set(table["category"])


@pytest.mark.data
def test_real_fashion(data_dir):
    table = read(data_dir("fashion"), "fashion")
    assert len(table) == 37589
    assert table["category"].value_counts().ge(100).sum() == 24
    assert (table["name"] == "Nike Women's EM Tempo 3.5\" Pink Short").any()


@pytest.mark.data
def test_real_photos_have_images_only(data_dir):
    table = read(data_dir("photos"), "csv", label="fine_category")
    assert len(table) == 6345 and (table["name"] == "").all() and table["image"][0].startswith("grocery/")

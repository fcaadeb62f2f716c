import json

import pandas as pd
import pytest

from core.catalogue.formats.bestbuy import category_names
from tests.catalogue.formats.tables import read, write

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


@pytest.mark.data
def test_real_bestbuy(data_dir):
    folder = data_dir("bestbuy")
    names = category_names(folder)
    assert len(names) == len(set(names.values())) == 4584
    assert names["abcat0500000"] == "Computers & Tablets"
    table = read(folder, "bestbuy")
    assert len(table) == 33 and (table["category"] != "").all() and table["price"].notna().all()
    assert "Health, Fitness & Beauty" in set(table["category"])

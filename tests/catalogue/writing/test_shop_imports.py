import csv

import pytest

from core.catalogue.recognition import recognise
from core.catalogue.writing.shop_imports import SHOPS, write_import
from tests.catalogue.layouts.kinds import NAMES, PATHS, SKUS, WRITERS


def imported(folder, kind, shop, categories=None):
    WRITERS[kind][1](folder)
    table = recognise(folder)
    count = sum(len(frame) for frame in table.frames())
    wanted = [None] * count if categories is None else [*categories, *[None] * (count - len(categories))]
    known = sum(each is not None for each in wanted)
    assert write_import(table, wanted, SHOPS[shop], folder / "out.csv") == known
    delimiter = "\t" if shop == "merchant" else ","
    with (folder / "out.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def test_shopify_keeps_handles_and_the_column_of_the_category(tmp_path):
    rows = imported(tmp_path, "shopify", "shopify", [None, PATHS[-1]])
    assert rows == [{"Handle": SKUS[1], "Title": NAMES[1], "Product Category": PATHS[-1]}]


def test_a_plain_table_becomes_types_of_shopify(tmp_path):
    (row,) = imported(tmp_path, "plain", "shopify", ["=Mugs"])
    assert row == {"Handle": SKUS[0], "Title": NAMES[0], "Type": "=Mugs"}


def test_woocommerce_keeps_ids_and_escapes_commas(tmp_path):
    (row,) = imported(tmp_path, "woocommerce", "woocommerce", ["Home > Cups, mugs"])
    assert row == {"ID": "1", "SKU": SKUS[0], "Name": NAMES[0], "Categories": "Home > Cups\\, mugs"}


def test_woocommerce_gets_the_apostrophe_that_it_takes_away(tmp_path):
    (row,) = imported(tmp_path, "plain", "woocommerce", ["=Mugs"])
    assert row == {"SKU": SKUS[0], "Name": NAMES[0], "Categories": "'=Mugs"}


def test_merchant_center_gets_ids_and_types(tmp_path):
    (row,) = imported(tmp_path, "merchant xml", "merchant", [PATHS[-1]])
    assert row == {"id": SKUS[0], "product_type": PATHS[-1]}


@pytest.mark.parametrize("shop", SHOPS)
def test_without_sure_products_there_is_only_a_header(tmp_path, shop):
    assert imported(tmp_path, "plain", shop) == []
    assert (tmp_path / "out.csv").read_text()

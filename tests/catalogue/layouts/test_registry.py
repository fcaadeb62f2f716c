"""Tables of every kind are read as their owners mean them."""

import pytest

from core.catalogue.inspection import Inspection, inspect
from core.catalogue.reading import read_catalogue, read_chunks
from core.catalogue.recognition import recognise
from tests.catalogue.layouts.kinds import LEAVES, NAMES, PATHS, PRICES, SKUS, TEXTS, WRITERS, address

WITHOUT_TEXTS = ("image folder", "label list")
WITHOUT_PATHS = (*WITHOUT_TEXTS, "base64", "huggingface")
WITH_ADDRESSES = ("shopify", "merchant tsv", "merchant xml", "yandex", "amazon")
IN_FILES = ("image folder", "label list", "huggingface", "base64")


@pytest.fixture(params=WRITERS)
def kind(request):
    return request.param


@pytest.fixture
def found(kind, tmp_path) -> Inspection:
    WRITERS[kind][1](tmp_path)
    return inspect(recognise(tmp_path))


def products(found: Inspection, kind: str):
    """The products that the eight names stand for; variations of shops that keep them are left out."""
    return [each for each in found.sample if not each.parent]


def test_the_format_is_recognised(kind, found):
    assert found.format == WRITERS[kind][0]


def test_all_rows_are_counted(kind, found):
    assert found.rows == found.products + found.variants + sum(found.set_aside.values())
    twice = kind in ("shopify", "woocommerce", "magento")
    assert (found.rows, found.variants) == (16 if twice else 8, 8 if kind == "shopify" else 0)
    assert not found.set_aside and len(products(found, kind)) == 8


def test_names_and_categories(kind, found):
    read = products(found, kind)
    if kind not in WITHOUT_TEXTS:
        assert [each.name for each in read] == NAMES
    expected = LEAVES if kind in WITHOUT_PATHS else PATHS
    if kind == "image folder":
        expected = sorted(LEAVES)
    assert [each.category for each in read] == expected


def test_identifiers_texts_and_prices(kind, found):
    if kind in WITHOUT_PATHS:
        return
    read = products(found, kind)
    assert [each.sku for each in read] == SKUS
    assert [each.description for each in read] == TEXTS
    assert [each.price for each in read] == PRICES


def test_images_are_all_kept_in_their_order(kind, found):
    read = products(found, kind)
    if kind in WITH_ADDRESSES:
        assert [each.images for each in read] == [[address(sku), address(sku, "-b")] for sku in SKUS]
    if kind in IN_FILES:
        assert found.images.found == 8 and all(each.images for each in read)


def test_variations_belong_to_their_product(kind, found):
    if kind in ("woocommerce", "magento"):
        of = {each.sku: each.parent for each in found.sample if each.parent}
        ending = "-L" if kind == "woocommerce" else "-S"
        assert of == {f"{sku}{ending}": sku for sku in SKUS}


def test_building_and_predicting_read_the_same_products(kind, tmp_path):
    WRITERS[kind][1](tmp_path)
    catalogue = read_catalogue(tmp_path, minimum=1)
    chunks = list(read_chunks(tmp_path, chunk_rows=3))
    assert [sku for chunk in chunks for sku in chunk.table["sku"]] == catalogue.table["sku"].tolist()
    read = [each for chunk in chunks for each in chunk.table["category"]]
    assert read == catalogue.table["category"].tolist()
    if kind in IN_FILES:
        assert catalogue.table["has_image"].all()


@pytest.mark.parametrize(("label", "expected"), [("category@1", "Kitchen"), ("category@-1", "Mugs")])
def test_a_level_can_be_the_category(label, expected, tmp_path):
    WRITERS["plain"][1](tmp_path)
    catalogue = read_catalogue(tmp_path, label=label, minimum=1)
    assert (catalogue.table["category"][0], catalogue.label) == (expected, label)

import json
import shutil

import pytest

from core.bundle.reader import Bundle
from core.bundle.source import READING, source_name, source_of
from core.bundle.writer import BundleWriter
from core.common.errors import BundleError


def test_a_bundle_keeps_the_table_that_it_was_built_from(tiny_bundle):
    bundle = Bundle.open(tiny_bundle)
    source = source_of(bundle)
    skus = [sku for frame in source.frames() for sku in frame["sku"]]
    assert set(bundle.table["sku"]) <= set(skus)
    assert source_name(bundle) == "products.csv"


def test_a_private_one_keeps_none_and_shows_no_product(private_bundle):
    bundle = Bundle.open(private_bundle)
    assert source_of(bundle) is None
    assert source_name(bundle) == ""
    found = json.loads((private_bundle / "inspection.json").read_text())
    assert found["sample"] == [] and found["warnings"] == []
    assert found["rows"] == found["products"] + found["variants"] + sum(found["set_aside"].values())


@pytest.mark.parametrize(
    "stored", ["{", "{}", '{"name": "a", "files": {"table": "../../x.csv"}, "options": {}}']
)
def test_what_is_damaged_or_leads_elsewhere_is_one_line(tiny_bundle, tmp_path, stored):
    copy = tmp_path / "copy"
    shutil.copytree(tiny_bundle, copy)
    bundle = Bundle.open(copy)
    (copy / READING).write_text(stored)
    with pytest.raises(BundleError, match=r"damaged: source/reading\.json"):
        source_of(bundle)


def test_the_inspection_has_the_words_of_inspect(tiny_bundle):
    found = json.loads((tiny_bundle / "inspection.json").read_text())
    assert list(found) == [
        "format", "encoding", "columns", "unused", "rows", "products", "variants", "set_aside", "warnings",
        "sample",
    ]  # fmt: skip
    assert list(found["sample"][0]) == [
        "sku", "name", "description", "category", "price", "currency", "images", "parent",
    ]  # fmt: skip


def test_a_large_table_is_not_kept(tiny_bundle, tmp_path, monkeypatch):
    from core.bundle import source

    monkeypatch.setattr(source, "LARGEST", 10)
    recognition = source_of(Bundle.open(tiny_bundle))
    with BundleWriter(tmp_path / "new") as writer:
        assert not source.write_source(writer, recognition)

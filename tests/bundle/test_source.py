import json
import shutil

import pytest

from core.bundle.checking import faults_of
from core.bundle.layout import READING
from core.bundle.reader import Bundle
from core.bundle.source import source_of
from core.bundle.writer import BundleWriter
from core.catalogue.read_options import ReadOptions
from core.common.errors import BundleError, CatalogueError
from tests.bundle.sealing import reseal


def test_a_bundle_keeps_the_table_that_it_was_built_from(tiny_bundle):
    bundle = Bundle.open(tiny_bundle)
    source = source_of(bundle)
    skus = [sku for frame in source.recognition.frames() for sku in frame["sku"]]
    assert set(bundle.table["sku"]) <= set(skus)
    assert source.name == "products.csv"


def test_a_private_one_keeps_none_and_shows_no_product(private_bundle):
    bundle = Bundle.open(private_bundle)
    assert source_of(bundle) is None
    found = json.loads((private_bundle / "inspection.json").read_text())
    assert found["sample"] == [] and found["warnings"] == []
    assert found["rows"] == found["products"] + found["variants"] + sum(found["set_aside"].values())


@pytest.fixture
def copy(tiny_bundle, tmp_path):
    return shutil.copytree(tiny_bundle, tmp_path / "copy")


def stored(**changes):
    """Return what a bundle says of the reading of its table, with other options or other fields."""
    options = dict.fromkeys(("label", "columns", "encoding", "sheet", "on")) | {
        "format": "csv", "keep_placeholders": False,
    }  # fmt: skip
    whole = {"name": "products.csv", "files": {"table": "table.csv"}, "options": options}
    for name, value in changes.items():
        (whole if name in whole else options)[name] = value
    return json.dumps(whole)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("{", "cannot be read"),
        ("[]", "expected an object, got []"),
        ("{}", "expected a field 'files', got no field"),
        (stored(name=3), "name: expected a text, got 3"),
        (stored(files=[]), "files: expected an object, got []"),
        (stored(files={}), "files: expected a field 'table', got no field"),
        (stored(files={"table": "../../x.csv"}), "files.table: expected a name without a path"),
        (stored(files={"table": "table.csv", "join": "/etc/passwd"}), "files.join: expected a name without"),
        (stored(files={"table": "table.csv", "x": "table.csv"}), "files: expected names among table, join"),
        (stored(files={"table": "other.csv"}), "source/other.csv is not among its files"),
        (stored(options=[]), "options: expected an object, got []"),
        (stored(options={}), "options: expected a field 'format', got no field"),
        (stored(format=[]), "format: expected a text, got []"),
        (stored(format="pickle"), "format: expected one of auto, shopify"),
        (stored(label=5), "label: expected a text, got 5"),
        (stored(columns="x"), "columns: expected an object, got x"),
        (stored(columns={"name": ["a"]}), "columns.name: expected a text"),
        (stored(encoding=5), "encoding: expected a text, got 5"),
        (stored(sheet={}), "sheet: expected a text, got {}"),
        (stored(on=[]), "on: expected a text, got []"),
        (stored(keep_placeholders="yes"), "keep_placeholders: expected true or false, got yes"),
    ],
)
def test_what_is_damaged_or_leads_elsewhere_is_one_line(copy, content, problem):
    (copy / READING).write_text(content)
    reseal(copy)
    with pytest.raises(BundleError) as raised:
        source_of(Bundle.open(copy))
    line = str(raised.value)
    assert problem in line and "is damaged: source/" in line and "\n" not in line
    assert faults_of(copy) == [line.removesuffix("; build it again")]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (stored(encoding="none-such"), "unknown encoding 'none-such'"),
        (stored(encoding="\0"), "unknown encoding"),
        (stored(label="category@0"), "there is no 0"),
        (stored(columns={"smell": "name"}), "unknown field 'smell'"),
        (stored(on="sku"), "--on COLUMN needs --join FILE"),
    ],
)
def test_a_table_that_cannot_be_read_so_is_one_line(copy, content, problem):
    (copy / READING).write_text(content)
    reseal(copy)
    (line,) = faults_of(copy)
    assert problem in line
    with pytest.raises(CatalogueError):
        source_of(Bundle.open(copy))


def test_what_was_chosen_is_read_again(copy):
    columns = {"name": "name", "images": "image"}
    (copy / READING).write_text(stored(label="category", columns=columns, encoding="utf-8"))
    reseal(copy)
    assert faults_of(copy) == []
    options = source_of(Bundle.open(copy)).recognition.options
    assert options == ReadOptions("csv", "category", columns, encoding="utf-8")


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
    recognition = source_of(Bundle.open(tiny_bundle)).recognition
    with BundleWriter(tmp_path / "new") as writer:
        assert not source.write_source(writer, recognition)

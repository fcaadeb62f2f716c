"""What `predict` writes beside its predictions: the owner's own table, and files that shops import."""

import shutil

import pandas as pd
import pytest

from core.bundle import decisions
from core.bundle.reader import Bundle
from core.cli.commands import main
from tests import tiny


@pytest.fixture
def shop(tiny_bundle, tmp_path, monkeypatch):
    """A folder with a bundle and a table of a shop: semicolons, Windows letters, columns of its own."""
    monkeypatch.setenv("PRODUCT_LENS_CACHE", str(tmp_path / "cache"))
    tiny.register_tiny_encoders()
    shutil.copytree(tiny_bundle, tmp_path / "artifacts" / "tiny")
    data = tiny.write_catalogue(tmp_path / "data", per_class=6, seed=5)
    table = pd.read_csv(data / "products.csv", dtype=str, keep_default_na=False)
    table.insert(0, "Lager", [f"Köln {n:03}" for n in range(len(table))])
    table.to_csv(data / "products.csv", sep=";", index=False, encoding="cp1252")
    return tmp_path


def predict(shop, options):
    bundle, data = shop / "artifacts" / "tiny", shop / "data"
    return main(f"predict --bundle {bundle} --data {data} --out {shop / 'p.csv'} {options}".split())


def read(file):
    return pd.read_csv(file, sep=";", encoding="cp1252", dtype=str, keep_default_na=False)


def test_the_owners_table_gets_columns(shop, capsys):
    assert predict(shop, f"--table {shop / 'mine.csv'}") == 0
    own, mine = read(shop / "data" / "products.csv"), read(shop / "mine.csv")
    pd.testing.assert_frame_equal(mine[own.columns], own)
    predicted = pd.read_csv(shop / "p.csv", dtype=str, keep_default_na=False)
    assert list(mine["category_predicted"]) == list(predicted["predicted"])
    assert f"written to {shop / 'mine.csv'}" in capsys.readouterr().out


def test_categories_are_corrected_by_sure_answers_and_by_decisions(shop):
    own = read(shop / "data" / "products.csv")
    file = decisions.decisions_file(Bundle.open(shop / "artifacts" / "tiny"))
    sku, old = own["sku"][0], own["category"][0]
    new = next(each for each in own["category"] if each != old)
    decisions.save(file, sku=sku, kind="label", action="correct", old=old, new=new)
    assert predict(shop, f"--table {shop / 'mine.csv'} --correct") == 0
    mine = read(shop / "mine.csv")
    assert list(mine.columns) == list(own.columns)
    predicted = pd.read_csv(shop / "p.csv", dtype=str, keep_default_na=False)
    sure = (predicted["needs_review"] == "False") & (predicted["predicted"] != "")
    expected = own["category"].mask(sure, predicted["predicted"])
    expected[0] = new
    assert list(mine["category"]) == list(expected)


def test_a_shop_gets_what_it_imports(shop):
    file = decisions.decisions_file(Bundle.open(shop / "artifacts" / "tiny"))
    own = read(shop / "data" / "products.csv")
    decisions.save(
        file, sku=own["sku"][0], kind="label", action="keep", old=own["category"][0], new=own["category"][0]
    )
    assert predict(shop, f"--table {shop / 'shopify.csv'} --table-for shopify") == 0
    made = pd.read_csv(shop / "shopify.csv", dtype=str, keep_default_na=False)
    assert list(made.columns) == ["Handle", "Title", "Type"]
    predicted = pd.read_csv(shop / "p.csv", dtype=str, keep_default_na=False)
    sure = (predicted["needs_review"] == "False") & (predicted["predicted"] != "")
    sure[0], predicted.loc[0, "predicted"] = True, own["category"][0]
    assert list(made["Handle"]) == list(predicted["sku"][sure])
    assert list(made["Type"]) == list(predicted["predicted"][sure])


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("--correct", "need --table FILE"),
        ("--table {}/t.csv --engine ray", "--table needs --engine single"),
        ("--table {}/t.parquet", "can be written to a file that ends in .csv"),
    ],
)
def test_a_mistake_is_said_before_the_work(shop, capsys, options, says):
    assert predict(shop, options.format(shop)) == 2
    assert says in capsys.readouterr().err
    assert not (shop / "p.csv").exists()

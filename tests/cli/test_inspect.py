"""``inspect`` says what a table is read as."""

import json

from core.cli.commands import main

TABLE = "Handle,Title,Body (HTML),Type,Variant Price\n" + "\n".join(
    [*(f"m{n},Mug {n},<p>fine</p>,Mugs,{n}.50\nm{n},,,,9" for n in range(4)), "l,Lamp,,Lamps,1,surplus"]
)


def test_json_is_one_object_on_stdout(tmp_path, capsys):
    (tmp_path / "export.csv").write_text(TABLE)
    assert main(["inspect", "--data", str(tmp_path), "--json"]) == 0
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert not err
    assert list(found) == [
        *("format", "encoding", "columns", "unused", "rows", "products", "variants", "set_aside", "warnings"),
        "sample",
    ]
    assert (found["format"], found["rows"], found["products"], found["variants"]) == ("shopify", 9, 4, 4)
    assert sum(found["set_aside"].values()) == 1
    assert found["sample"][0] == {
        **{"sku": "m0", "name": "Mug 0", "description": "fine", "category": "Mugs", "price": 0.5},
        **{"currency": None, "images": [], "parent": ""},
    }


def test_small_categories_are_only_warned_of_without_a_minimum(tmp_path, capsys):
    (tmp_path / "t.csv").write_text("sku,name,category\n1,a mug,Mugs\n2,b mug,Mugs\n3,a lamp,Lamps\n")
    assert main(["inspect", "--data", str(tmp_path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["products"] == 3 and any("fewer than" in each for each in found["warnings"])
    assert main(["inspect", "--data", str(tmp_path), "--json", "--minimum", "2"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["set_aside"] == {"category with fewer than 2 products": 1} and found["products"] == 2


def test_lines_for_people(tmp_path, capsys):
    (tmp_path / "export.csv").write_text(TABLE)
    assert main(["inspect", "--data", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    for expected in (
        "a Shopify product export",
        "sku: Handle",
        "9 rows: 4 products, 4 variants",
        "product m0",
    ):
        assert expected in out


def test_a_mistake_is_one_line(tmp_path, capsys):
    assert main(["inspect", "--data", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1

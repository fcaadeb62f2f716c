"""``taxonomy`` reads a tree of categories."""

import json

from core.cli.commands import main

LIST = "# a list\n1 - Home\n2 - Home > Lamps\n3 - Wear > Lamps\n"


def test_lines_for_people(tmp_path, capsys):
    (tmp_path / "t.txt").write_text(LIST)
    assert main(["taxonomy", str(tmp_path / "t.txt")]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[1] == "4 categories, 2 of them without any below, 2 levels, 2 at the top"
    assert "'Lamps'" in out[2]


def test_json_is_one_object_with_all_paths(tmp_path, capsys):
    (tmp_path / "t.txt").write_text(LIST)
    assert main(["taxonomy", str(tmp_path / "t.txt"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["paths"] == [["Home"], ["Home", "Lamps"], ["Wear"], ["Wear", "Lamps"]]
    assert (found["categories"], found["leaves"], found["levels"]) == (4, 2, 2)
    assert found["findings"] == [{"kind": "same name", "count": 1, "examples": ["'Lamps'"]}]


def test_a_mistake_is_one_line(tmp_path, capsys):
    assert main(["taxonomy", str(tmp_path / "none.txt")]) == 2
    assert main(["taxonomy", str(tmp_path), "--separator", "?"]) == 2
    assert capsys.readouterr().err.count("\n") == 2

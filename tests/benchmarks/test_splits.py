import re

import pytest

from benchmarks import measure_fusion, seeds_table
from tests import tiny


@pytest.fixture
def data(tmp_path, monkeypatch):
    tiny.register_tiny_encoders()
    monkeypatch.setenv("PRODUCT_LENS_CACHE", str(tmp_path / "cache"))
    folder = tiny.write_catalogue(tmp_path / "data", per_class=15)
    return ["--data", str(folder), "--format", "csv", "--text", "tiny-text", "--image", "tiny-image"]


def test_the_seeds_table_has_a_row_for_each_head_and_two_scores_for_each_input(data, capsys):
    heads = ["--heads", "random_forest,tfidf", "--set", "random_forest.trees=5"]
    seeds_table.main([*data, *heads, "--splits", "2"])
    said = capsys.readouterr().out
    assert re.search(r"tiny-text, tiny-image; 2 splits, \d+ test products in all", said)
    header, _, *rows = [line for line in said.splitlines() if line.startswith("|")]
    assert header.count("accuracy") == header.count("macro F1") == 3
    forest, tfidf = ([cell.strip() for cell in row.split("|")[1:-1]] for row in rows)
    assert (forest[0], tfidf[0]) == ("random forest", "tf-idf")
    for cell in (*forest[1:], *tfidf[1:3]):
        value, low, high = map(float, re.fullmatch(r"(\S+)% \((\S+) to (\S+)\)", cell).groups())
        assert 0 <= low <= value <= high <= 100
    assert tfidf[3:] == [""] * 4, "it reads texts alone"


def test_fusion_is_compared_with_the_text_model_of_the_same_split(data, capsys):
    measure_fusion.main([*data, "--heads", "logistic_regression,blend", "--seeds", "2"])
    said = capsys.readouterr().out
    assert "seed 1: text" in said
    heads = re.findall(r"^(\w+) +([\d.]+) \[[\d., ]+\] +([+-][\d.]+) \[", said, re.MULTILINE)
    assert [head for head, *_ in heads] == ["chosen", "logistic_regression", "blend"]
    texts = [float(each) for each in re.findall(r"^seed \d: text ([\d.]+)", said, re.MULTILINE)]
    accuracy, gain = map(float, heads[0][1:])
    assert accuracy - gain == pytest.approx(sum(texts) / 2, abs=2e-4)

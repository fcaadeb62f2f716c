import re

import numpy as np
import pytest

from benchmarks import measure_maps
from tests import tiny


@pytest.fixture
def data(tmp_path, monkeypatch):
    tiny.register_tiny_encoders()
    monkeypatch.setenv("PRODUCT_LENS_CACHE", str(tmp_path / "cache"))
    return ["--data", str(tiny.write_catalogue(tmp_path / "data", per_class=30)), "--format", "csv"]


def test_one_map_is_drawn_and_timed(tmp_path, capsys):
    vectors = np.random.default_rng(0).normal(size=(60, 5)).astype(np.float32)
    np.save(tmp_path / "v.npy", vectors)
    measure_maps.main(["--draw", "t-SNE", "ours", str(tmp_path / "v.npy"), str(tmp_path / "map.npz")])
    with np.load(tmp_path / "map.npz") as found:
        assert np.array_equal(found["coords"], measure_maps.project("tsne", vectors, 2))
        assert 0 < found["seconds"] < 600
    assert "peak memory" in capsys.readouterr().out


def test_mistakes_are_told(capsys):
    with pytest.raises(SystemExit, match="2"):
        measure_maps.main(["--format", "csv"])
    assert "--data and --format are needed" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="2"):
        measure_maps.main(["--data", "x", "--format", "csv", "--tasks", "UMAP, som"])
    assert "unknown task 'som': expected some of UMAP, t-SNE" in capsys.readouterr().err


def test_every_map_of_a_build_is_judged(data, monkeypatch, capsys):
    monkeypatch.setattr(measure_maps, "METHODS", ("pca",))
    measure_maps.main([*data, "--text", "tiny-text", "--image", "tiny-image", "--all"])
    said = capsys.readouterr().out
    rows = re.findall(r"^\| (\w+) \| (\w+), (\d)-D \|", said, re.MULTILINE)
    assert rows == [(m, "pca", d) for m in ("text", "image", "fused") for d in "23"]
    assert re.search(r"minutes, \d+\.\d GB at most", said)


@pytest.mark.slow
def test_the_ways_take_turns_and_are_compared(data, capsys):
    measure_maps.main([*data, "--text", "tiny-text", "--rounds", "1", "--tasks", "t-SNE"])
    said = capsys.readouterr()
    assert "| t-SNE: drawing | scikit-learn's defaults |" in said.out
    assert "| t-SNE: peak memory | scikit-learn's defaults |" in said.out
    judged = re.findall(r"^\| t-SNE, (.+) \| (\d\.\d+) \| (\d\.\d+) \|$", said.out, re.MULTILINE)
    assert [way for way, *_ in judged] == ["scikit-learn's defaults", "ours"]
    assert all(0.5 < float(trust) <= 1 for _, trust, _ in judged)
    assert said.err.count("turn 1") == 2

import re

import numpy as np
import pytest

from benchmarks import measure_neighbours
from tests.nearest.test_cells import clustered


def test_more_rows_are_made_by_analogy(tmp_path):
    base = clustered(300)
    measure_neighbours.grow(base, 700, tmp_path / "grown.npy")
    grown = np.load(tmp_path / "grown.npy")
    assert grown.shape == (700, 12)
    assert np.allclose(grown[:300], base)
    assert np.linalg.norm(grown, axis=1) == pytest.approx(1)
    assert len(np.unique(grown, axis=0)) > 650
    # They lie among the others.
    assert (grown[300:] @ base.T).max(axis=1).mean() > 0.8


def test_recall_is_that_of_the_true_nearest():
    rows = clustered(300)
    true = np.argsort(-(rows @ rows.T), axis=1, kind="stable")[:, :31]
    assert measure_neighbours._recalls(rows, true, 30) == {"few": 1, "all": 1}
    true[:, 11:21] = true[:, 10:11]  # five of the first 15 and five more are missed
    found = measure_neighbours._recalls(rows, true, 30)
    assert found == pytest.approx({"few": 10 / 15, "all": 20 / 30})


def test_mistakes_are_told(capsys):
    with pytest.raises(SystemExit, match="2"):
        measure_neighbours.main(["--format", "csv"])
    assert "--data and --format, or --vectors, are needed" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="2"):
        measure_neighbours.main(["--vectors", "x.npy", "--ways", "lsh"])
    assert "unknown way 'lsh': expected some of exact, approximate" in capsys.readouterr().err


def test_sizes_and_ways_are_a_table(tmp_path, capsys):
    np.save(tmp_path / "rows.npy", clustered(1000))
    ways = ["--ways", "exact,approximate", "--most", "exact=800"]
    measure_neighbours.main(
        ["--vectors", str(tmp_path / "rows.npy"), "--rows", "800,1200", "--k", "20", *ways]
    )
    rows = re.findall(
        r"^\| ([\d,]+) \| (\w+) \|.*\| (\d\.\d+) \| \d\.\d+ \| \d+ MB \|$", capsys.readouterr().out, re.M
    )
    assert [row[:2] for row in rows] == [("800", "exact"), ("800", "approximate"), ("1,200", "approximate")]
    assert all(float(recall) > 0.99 for *_, recall in rows)

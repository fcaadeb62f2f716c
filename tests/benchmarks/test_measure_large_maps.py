import numpy as np
import pytest

from benchmarks import measure_large_maps


def test_neighbours_found_are_those_on_the_map_and_in_the_features(monkeypatch):
    monkeypatch.setattr(measure_large_maps, "NEAREST", 2)
    angle = np.linspace(0, 1, 30)
    vectors = np.column_stack([np.cos(angle), np.sin(angle)]).astype(np.float32)
    line = np.column_stack([angle, 0 * angle]).astype(np.float32)
    assert measure_large_maps._found(vectors, line) == 1
    strangers = line[np.argsort(np.arange(30) % 10, kind="stable")]  # neighbours are ten apart
    assert measure_large_maps._found(vectors, strangers) < 0.2


def test_a_line_says_how_many_rows_were_drawn():
    one = {"seconds": 2.0, "cpu": 1.5, "trust": 0.9, "found": 0.25, "peak": 300.0}
    assert (
        measure_large_maps._line(9000, "umap", 500, "-", one)
        == "| 9,000 | umap | 500 | 2.0 | 1.5 | - | 0.900 | - | 0.250 | 300 MB |"
    )
    assert "| pca | 9,000 |" in measure_large_maps._line(9000, "pca", 500, "-", one)


def test_data_and_format_are_needed(capsys):
    with pytest.raises(SystemExit):
        measure_large_maps.main([])
    assert "--data and --format are needed" in capsys.readouterr().err

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.building.unfinished import forms
from core.building.unfinished.fits import FIT, Fit
from core.building.unfinished.forms import ARRAYS, FRAMES, GRAPH, INFLATION
from core.bundle.split_inflation import SplitInflation
from core.evaluation.intervals import Interval
from core.heads.losses import Losses
from core.nearest import graph as graph_module
from core.nearest.graph import graph_of


def kept(form, value, folder: Path):
    form.write(value, folder)
    return form.read(folder)


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("large", [0, 1 << 20])
def test_a_graph_has_the_same_rows_and_neighbours(exact, large, tmp_path, monkeypatch):
    monkeypatch.setattr(forms, "LARGE", large)
    monkeypatch.setattr(graph_module, "EXACT_UP_TO", 1000 if exact else 100)
    vectors = np.random.default_rng(0).normal(size=(150, 6)).astype(np.float32)
    graph = graph_of(np.concatenate([vectors, vectors[:20]]))
    again = kept(GRAPH, graph, tmp_path)
    np.testing.assert_array_equal(again.rows, graph.rows)
    np.testing.assert_array_equal(again.places, graph.places)
    assert (again.metric, again.reach, again.recall) == (graph.metric, graph.reach, graph.recall)
    assert (again.recall is None) == exact

    def refuse(*_, **__):
        raise AssertionError("searched again")

    monkeypatch.setattr(graph_module, "nearest", refuse)
    monkeypatch.setattr(graph_module.approximate, "nearest", refuse)
    for k in (15, graph.reach):
        ours, theirs = again.nearest(k), graph.nearest(k)
        np.testing.assert_array_equal(ours.indices, theirs.indices)
        np.testing.assert_array_equal(ours.similarity, theirs.similarity)


def test_a_head_keeps_its_settings_and_losses(tmp_path):
    file = tmp_path / "text_mlp.onnx"
    file.write_bytes(b"a model")
    folder = tmp_path / "kept"
    folder.mkdir()
    settings = {"C": np.float32(0.5), "leaf": np.int64(3), "depth": 4, "kind": "wide"}
    again = kept(FIT, Fit(file, settings, Losses((0.5, 0.25), (0.4, 0.3)), 1.25, 300.5), folder)
    assert again == Fit(
        folder / "head.onnx",
        {"C": 0.5, "leaf": 3, "depth": 4, "kind": "wide"},
        Losses((0.5, 0.25), (0.4, 0.3)),
        1.25,
        300.5,
    )
    assert again.file.read_bytes() == b"a model"
    again.file.write_bytes(b"half a")
    with pytest.raises(ValueError, match="not what was written"):
        FIT.read(folder)


def test_tables_and_arrays_keep_their_kinds(tmp_path):
    frames = {
        "table": pd.DataFrame({"kind": ["a", "b"], "row": np.array([3, 1]), "score": np.float32([0.5, 1])}),
        "empty": pd.DataFrame({"row": np.array([], dtype=np.int64)}),
    }
    for name, frame in kept(FRAMES, frames, tmp_path).items():
        pd.testing.assert_frame_equal(frame, frames[name])
    arrays = {"text mlp": np.ones((2, 3), np.float32), "image mlp": np.zeros((0, 3)), "places": np.arange(3)}
    again = kept(ARRAYS, arrays, tmp_path)
    assert list(again) == list(arrays)
    for name, array in again.items():
        assert array.dtype == arrays[name].dtype
        np.testing.assert_array_equal(array, arrays[name])


def test_what_a_random_split_promises_may_be_nothing(tmp_path):
    interval = Interval(0.9, 0.85, 0.95, 0.95)
    measured = SplitInflation("text", 100, interval, interval, interval, 0.25)
    assert kept(INFLATION, measured, tmp_path) == measured
    assert kept(INFLATION, None, tmp_path) is None

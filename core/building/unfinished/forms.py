"""How what a build's steps give lies in files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.building.unfinished.steps import Form
from core.bundle.arrays import save_array
from core.bundle.json_fields import Fields
from core.bundle.json_files import load_json
from core.bundle.split_inflation import SplitInflation
from core.bundle.strangeness import read_strangeness, write_strangeness
from core.common.errors import BundleError
from core.evaluation.strangeness.fitting import Strangeness
from core.nearest.approximate import Recall
from core.nearest.exact import Neighbours
from core.nearest.graph import Graph

if TYPE_CHECKING:
    import pandas as pd

Measured = tuple[Strangeness, dict[str, np.ndarray]]
"""What was learned of strangeness, and how strange each product is: text, image, fused -> float64 (n,)."""


LARGE = 1 << 20
"""Bytes of a file from which its array is mapped; what is written to it then changes no file."""


def _load(file: Path) -> np.ndarray:
    large = file.stat().st_size > LARGE
    return np.asarray(np.load(file, mmap_mode="c" if large else None, allow_pickle=False))


def _write_array(array: np.ndarray, folder: Path) -> None:
    save_array(folder / "array.npy", array)


def _read_array(folder: Path) -> np.ndarray:
    return _load(folder / "array.npy")


ARRAY: Form[np.ndarray] = Form(_write_array, _read_array)
"""One array."""


def _write_arrays(arrays: Mapping[str, np.ndarray], folder: Path) -> None:
    (folder / "names.json").write_text(json.dumps(list(arrays)), encoding="utf-8")
    for number, array in enumerate(arrays.values()):
        save_array(folder / f"{number}.npy", array)


def _read_arrays(folder: Path) -> dict[str, np.ndarray]:
    names = json.loads((folder / "names.json").read_text(encoding="utf-8"))
    return {name: _load(folder / f"{number}.npy") for number, name in enumerate(names)}


ARRAYS: Form[Mapping[str, np.ndarray]] = Form(_write_arrays, _read_arrays)
"""Name -> array."""


def _write_frames(frames: Mapping[str, pd.DataFrame], folder: Path) -> None:
    for name, frame in frames.items():
        frame.to_parquet(folder / f"{name}.parquet")


def _read_frames(folder: Path) -> dict[str, pd.DataFrame]:
    import pandas as pd

    return {file.stem: pd.read_parquet(file) for file in sorted(folder.glob("*.parquet"))}


FRAMES: Form[Mapping[str, pd.DataFrame]] = Form(_write_frames, _read_frames)
"""Name -> table."""


def _write_graph(graph: Graph, folder: Path) -> None:
    nearest = graph.nearest(graph.reach)
    assert isinstance(nearest, Neighbours), "a build's graphs are of cosines"
    _write_arrays(
        {
            "rows": graph.rows,
            "places": graph.places,
            "indices": nearest.indices,
            "similarity": nearest.similarity,
        },
        folder,
    )
    recall = None if graph.recall is None else asdict(graph.recall)
    facts = {"reach": graph.reach, "recall": recall}
    (folder / "graph.json").write_text(json.dumps(facts), encoding="utf-8")


def _read_graph(folder: Path) -> Graph:
    facts, arrays = json.loads((folder / "graph.json").read_text(encoding="utf-8")), _read_arrays(folder)
    recall = None if facts["recall"] is None else Recall(**facts["recall"])
    nearest = Neighbours(arrays["indices"], arrays["similarity"])
    return Graph(arrays["rows"], arrays["places"], reach=facts["reach"]).with_nearest(nearest, recall)


GRAPH: Form[Graph] = Form(_write_graph, _read_graph)
"""A graph of cosines, with its neighbours."""


def measured_form(n_categories: int) -> Form[Measured]:
    """Return how strangeness is kept, as a bundle keeps it, with what was measured of each product."""

    def write(measured: Measured, folder: Path) -> None:
        strangeness, of_all = measured
        write_strangeness(strangeness, lambda name: folder / name)
        (folder / "measured").mkdir()
        _write_arrays(of_all, folder / "measured")

    def read(folder: Path) -> Measured:
        of_all = _read_arrays(folder / "measured")
        return read_strangeness(lambda name: folder / name, tuple(of_all), n_categories), of_all

    return Form(write, read)


def _write_inflation(inflation: SplitInflation | None, folder: Path) -> None:
    content = None if inflation is None else inflation.to_dict()
    (folder / "inflation.json").write_text(json.dumps(content), encoding="utf-8")


def _read_inflation(folder: Path) -> SplitInflation | None:
    content = load_json(folder / "inflation.json")
    try:
        return None if content is None else SplitInflation.read(Fields(content, "inflation.json"))
    except BundleError as error:
        raise ValueError(str(error)) from error


INFLATION: Form[SplitInflation | None] = Form(_write_inflation, _read_inflation)
"""What a random split would have promised."""

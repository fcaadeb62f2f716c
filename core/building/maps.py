"""Draw the maps of a bundle, and measure how far each can be trusted."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from core.building.training_data import TrainingData
from core.building.unfinished.forms import GRAPH
from core.building.unfinished.steps import Form, Steps
from core.bundle.arrays import load_array, save_array
from core.bundle.json_fields import Fields
from core.bundle.json_files import load_json
from core.bundle.projection import Projection
from core.bundle.reader import Bundle
from core.common.engine import THIS_PROCESS, Engine
from core.common.errors import BundleError
from core.common.progress import Progress, silent
from core.heads.inputs import Inputs
from core.nearest.graph import Graph, graph_of
from core.projections.drawing import FROM_NEIGHBOURS, project
from core.projections.prepared import Prepared, prepare
from core.projections.quality import neighbour_accuracy, quality

STAGE = "Drawing maps"


@dataclass(frozen=True, eq=False)
class DrawnMap:
    """A map of n products.

    Attributes
    ----------
    projection
        What it is a map of, and how far it can be trusted.
    coordinates
        float32 (n, 2 or 3); NaN where a product lacks the modality.
    trust
        float32 (n,), 0 to 1: how far each place can be trusted; NaN where a product lacks the modality.
    """

    projection: Projection
    coordinates: np.ndarray
    trust: np.ndarray


def _write(drawn: DrawnMap, folder: Path) -> None:
    figures = json.dumps(drawn.projection.to_dict())
    (folder / "projection.json").write_text(figures, encoding="utf-8")
    save_array(folder / "coordinates.npy", drawn.coordinates)
    save_array(folder / "trust.npy", drawn.trust)


def _read(folder: Path) -> DrawnMap:
    try:
        projection = Projection.read(Fields(load_json(folder / "projection.json"), "projection.json"))
    except BundleError as error:
        raise ValueError(str(error)) from error
    coordinates = load_array(folder / "coordinates.npy", np.float32, (None, projection.dims))
    return DrawnMap(projection, coordinates, load_array(folder / "trust.npy", np.float32, (None,)))


MAP: Form[DrawnMap] = Form(_write, _read)
"""A map that is drawn, for a build that goes on."""


def neighbour_graphs(
    inputs: Inputs,
    progress: Progress = silent,
    steps: Steps | None = None,
    engine: Engine = THIS_PROCESS,
) -> dict[str, Graph]:
    """Return each modality's graph, with neighbours: maps and the search for faults share them."""

    def search(modality: str) -> Graph:
        graph = graph_of(_present(inputs, modality), engine=engine)
        graph.nearest(graph.reach, progress)
        return graph

    steps = steps or Steps()
    return {m: steps.take(f"neighbours {m}", GRAPH, partial(search, m)) for m in inputs.features}


def _present(inputs: Inputs, modality: str) -> np.ndarray:
    """Return the vectors of the products that have a modality; not copied where all have it."""
    there, vectors = inputs.present(modality), inputs.vectors(modality)
    return vectors if there.all() else vectors[there]


def draw_maps(
    data: TrainingData,
    methods: Sequence[str],
    dims: Sequence[int],
    graphs: Mapping[str, Graph],
    progress: Progress,
    steps: Steps | None = None,
) -> Iterator[DrawnMap]:
    """Draw every map of every modality: by each method, in each number of dimensions."""
    inputs, steps = data.inputs, steps or Steps()
    modalities = inputs.modalities if methods and dims else ()
    total, done = len(modalities) * len(methods) * len(dims), 0
    for modality in modalities:
        rows = np.flatnonzero(inputs.present(modality))
        vectors = _present(inputs, modality)
        prepared = prepare(graphs.get(modality, vectors))
        for method in methods:
            for count in dims:
                progress(STAGE, done, total)
                draw = partial(_draw, Projection(modality, method, count), prepared, vectors, rows, data)
                yield steps.take(f"map {modality} {method} {count}", MAP, draw)
                done += 1
    progress(STAGE, total, total)


def _draw(
    projection: Projection, prepared: Prepared, vectors: np.ndarray, rows: np.ndarray, data: TrainingData
) -> DrawnMap:
    drawn = project(projection.method, prepared, projection.dims, seed=data.seed)
    return _measured(_with_recall(projection, prepared), vectors, drawn, rows, data)


def _with_recall(projection: Projection, prepared: Prepared) -> Projection:
    """Return a projection with the recall of the neighbours it was drawn from, where they are approximate."""
    recall = prepared.graph.recall
    if recall is None or projection.method not in FROM_NEIGHBOURS:
        return projection
    return replace(projection, neighbour_recall=recall.share)


def _measured(
    projection: Projection, vectors: np.ndarray, drawn: np.ndarray, rows: np.ndarray, data: TrainingData
) -> DrawnMap:
    """Return a map of some rows with figures of how well it keeps neighbours and categories together."""
    kept = quality(vectors, drawn, data.labels[rows], seed=data.seed)
    coordinates = np.full((len(data.inputs), drawn.shape[1]), np.nan, dtype=np.float32)
    trust = np.full(len(data.inputs), np.nan, dtype=np.float32)
    coordinates[rows], trust[rows] = drawn, kept.trust
    figures = replace(
        projection, trustworthiness=kept.trustworthiness, neighbour_accuracy=kept.neighbour_accuracy
    )
    return DrawnMap(figures, coordinates, trust)


def measured_again(bundle: Bundle, data: TrainingData) -> tuple[Projection, ...]:
    """Return a bundle's projections, measured by other categories."""
    return tuple(_by_other_categories(bundle, one, data) for one in bundle.projections)


def _by_other_categories(bundle: Bundle, projection: Projection, data: TrainingData) -> Projection:
    rows = np.flatnonzero(data.inputs.present(projection.modality))
    drawn = bundle.coordinates(projection.modality, projection.method, projection.dims)[rows]
    return replace(
        projection, neighbour_accuracy=neighbour_accuracy(drawn, data.labels[rows], seed=data.seed)
    )

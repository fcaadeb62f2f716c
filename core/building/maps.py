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
from core.projections.drawing import FROM_NEIGHBOURS, count_placed, drawn_graph, project
from core.projections.landmarks import LANDMARKS
from core.projections.prepared import Prepared, prepare
from core.projections.quality import neighbour_accuracy, qualities

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


@dataclass(frozen=True, eq=False)
class _Places:
    """Where a map has the products that it shows, before its quality is known; its form in files."""

    projection: Projection
    coordinates: np.ndarray


def _write(places: _Places, folder: Path) -> None:
    figures = json.dumps(places.projection.to_dict())
    (folder / "projection.json").write_text(figures, encoding="utf-8")
    save_array(folder / "coordinates.npy", places.coordinates)


def _read(folder: Path) -> _Places:
    try:
        projection = Projection.read(Fields(load_json(folder / "projection.json"), "projection.json"))
    except BundleError as error:
        raise ValueError(str(error)) from error
    return _Places(projection, load_array(folder / "coordinates.npy", np.float32, (None, projection.dims)))


PLACES: Form[_Places] = Form(_write, _read)
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
    landmarks: int = LANDMARKS,
) -> Iterator[DrawnMap]:
    """Draw every map of every modality: by each method, in each number of dimensions.

    Parameters
    ----------
    data
        The products.
    methods, dims
        Of `core.projections.drawing.project`: every pair of them is drawn.
    graphs
        Modality -> its graph, where something else needs it as well.
    progress
        Told again and again how many maps are done, so that it can end the work within a map.
    steps
        Keep each map that is drawn.
    landmarks
        Different products, beyond which t-SNE and UMAP draw so many and place the others.
    """
    inputs, steps = data.inputs, steps or Steps()
    wanted = [(method, count) for method in methods for count in dims]
    modalities = inputs.modalities if wanted else ()
    total, done = len(modalities) * len(wanted), 0
    for modality in modalities:
        ready = prepare(graphs[modality] if modality in graphs else _present(inputs, modality))
        drawn = []
        for method, count in wanted:
            alive = _alive(progress, done, total)
            draw = partial(_draw, Projection(modality, method, count), ready, data.seed, landmarks, alive)
            drawn.append(steps.take(f"map {modality} {method} {count}", PLACES, draw))
            done += 1
        yield from _measured(drawn, ready, data, _alive(progress, done - 1, total))
    progress(STAGE, total, total)


def _alive(progress: Progress, done: int, total: int) -> Progress:
    """Return what tells `progress` how many maps are done whenever the drawing of the next goes on."""

    def tell(stage: str, step: int, steps: int) -> None:
        progress(STAGE, done, total)

    tell("", 0, 1)
    return tell


def _draw(plain: Projection, ready: Prepared, seed: int, landmarks: int, progress: Progress) -> _Places:
    """Draw a map; its projection says which neighbours it was drawn from, and of how many products."""
    coordinates = project(plain.method, ready, plain.dims, seed=seed, landmarks=landmarks, progress=progress)
    if plain.method not in FROM_NEIGHBOURS:
        return _Places(plain, coordinates)
    recall = drawn_graph(plain.method, ready, seed=seed, landmarks=landmarks).recall
    placed = count_placed(plain.method, ready, seed=seed, landmarks=landmarks)
    projection = replace(
        plain,
        neighbour_recall=recall.share if recall else None,
        landmarks=len(ready) - placed if placed else None,
        placed=placed or None,
    )
    return _Places(projection, coordinates)


def _measured(
    drawn: Sequence[_Places], ready: Prepared, data: TrainingData, progress: Progress
) -> Iterator[DrawnMap]:
    """Return maps of one modality with figures of how well each keeps neighbours and categories together."""
    rows = np.flatnonzero(data.inputs.present(drawn[0].projection.modality))
    maps = [each.coordinates for each in drawn]
    judged = qualities(ready, maps, data.labels[rows], seed=data.seed, progress=progress)
    for places, kept in zip(drawn, judged, strict=True):
        coordinates = np.full((len(data.inputs), places.projection.dims), np.nan, dtype=np.float32)
        trust = np.full(len(data.inputs), np.nan, dtype=np.float32)
        coordinates[rows], trust[rows] = places.coordinates, kept.trust
        figures = replace(
            places.projection,
            trustworthiness=kept.trustworthiness,
            neighbour_accuracy=kept.neighbour_accuracy,
        )
        yield DrawnMap(figures, coordinates, trust)


def measured_again(bundle: Bundle, data: TrainingData) -> tuple[Projection, ...]:
    """Return a bundle's projections, measured by other categories."""
    return tuple(_by_other_categories(bundle, one, data) for one in bundle.projections)


def _by_other_categories(bundle: Bundle, projection: Projection, data: TrainingData) -> Projection:
    rows = np.flatnonzero(data.inputs.present(projection.modality))
    drawn = bundle.coordinates(projection.modality, projection.method, projection.dims)[rows]
    return replace(
        projection, neighbour_accuracy=neighbour_accuracy(drawn, data.labels[rows], seed=data.seed)
    )

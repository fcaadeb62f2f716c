"""Draw the maps of a bundle, and measure how far each can be trusted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.building.training_data import TrainingData
from core.bundle.projection import Projection
from core.bundle.reader import Bundle
from core.common.progress import Progress
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


def neighbour_graphs(inputs: Inputs) -> dict[str, Graph]:
    """Return each modality's graph of neighbours, which maps and the search for faults share."""
    return {modality: graph_of(_present_vectors(inputs, modality)) for modality in inputs.features}


def _present_vectors(inputs: Inputs, modality: str) -> np.ndarray:
    """Return the vectors of the products with a modality, not copied where that is all of them."""
    present, vectors = inputs.present(modality), inputs.vectors(modality)
    return vectors if present.all() else vectors[present]


def draw_maps(
    data: TrainingData,
    methods: Sequence[str],
    dims: Sequence[int],
    graphs: Mapping[str, Graph],
    progress: Progress,
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
    landmarks
        Different products, beyond which t-SNE and UMAP draw so many and place the others.
    """
    inputs = data.inputs
    wanted = [(method, count) for method in methods for count in dims]
    total, done = len(inputs.modalities) * len(wanted), 0
    for modality in inputs.modalities:
        ready = prepare(graphs[modality] if modality in graphs else _present_vectors(inputs, modality))
        drawn = {}
        for method, count in wanted:
            alive = _alive(progress, done, total)
            coordinates = project(method, ready, count, seed=data.seed, landmarks=landmarks, progress=alive)
            plain = Projection(modality, method, count)
            drawn[_drawn_from(plain, ready, data.seed, landmarks)] = coordinates
            done += 1
        if drawn:
            yield from _measured(drawn, ready, data, _alive(progress, done - 1, total))
    progress(STAGE, total, total)


def _alive(progress: Progress, done: int, total: int) -> Progress:
    """Return what tells `progress` how many maps are done whenever the drawing of the next goes on."""

    def tell(stage: str, step: int, steps: int) -> None:
        progress(STAGE, done, total)

    tell("", 0, 1)
    return tell


def _drawn_from(plain: Projection, ready: Prepared, seed: int, landmarks: int) -> Projection:
    """Return a projection with what it was drawn from: which neighbours, and of how many products."""
    if plain.method not in FROM_NEIGHBOURS:
        return plain
    recall = drawn_graph(plain.method, ready, seed=seed, landmarks=landmarks).recall
    placed = count_placed(plain.method, ready, seed=seed, landmarks=landmarks)
    return replace(
        plain,
        neighbour_recall=recall.share if recall else None,
        landmarks=len(ready) - placed if placed else None,
        placed=placed or None,
    )


def _measured(
    drawn: Mapping[Projection, np.ndarray], ready: Prepared, data: TrainingData, progress: Progress
) -> Iterator[DrawnMap]:
    """Return maps of one modality with figures of how well each keeps neighbours and categories together."""
    rows = np.flatnonzero(data.inputs.present(next(iter(drawn)).modality))
    judged = qualities(ready, list(drawn.values()), data.labels[rows], seed=data.seed, progress=progress)
    for (projection, places), kept in zip(drawn.items(), judged, strict=True):
        coordinates = np.full((len(data.inputs), projection.dims), np.nan, dtype=np.float32)
        trust = np.full(len(data.inputs), np.nan, dtype=np.float32)
        coordinates[rows], trust[rows] = places, kept.trust
        figures = replace(
            projection, trustworthiness=kept.trustworthiness, neighbour_accuracy=kept.neighbour_accuracy
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

"""Draw the maps of a bundle, and measure how far each can be trusted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from core.building.training_data import TrainingData
from core.bundle.projection import Projection
from core.bundle.reader import Bundle
from core.common.progress import Progress
from core.heads.inputs import Inputs
from core.nearest.graph import Graph, graph_of
from core.projections.drawing import project
from core.projections.prepared import prepare
from core.projections.quality import quality

STAGE = "Drawing maps"
DIMS = (2, 3)


def neighbour_graphs(inputs: Inputs) -> dict[str, Graph]:
    """Return each modality's graph of neighbours, which maps and the search for faults share."""
    return {
        modality: graph_of(inputs.vectors(modality)[inputs.present(modality)]) for modality in inputs.features
    }


def draw_maps(
    data: TrainingData, methods: Sequence[str], graphs: Mapping[str, Graph], progress: Progress
) -> Iterator[tuple[Projection, np.ndarray]]:
    """Draw every map of every modality.

    Yields
    ------
    tuple
        The projection and its coordinates, float32 (n, 2 or 3); NaN where a product lacks the modality.
    """
    inputs = data.inputs
    total, done = len(inputs.modalities) * len(methods) * len(DIMS), 0
    for modality in inputs.modalities:
        rows = np.flatnonzero(inputs.present(modality))
        prepared = prepare(graphs.get(modality, inputs.vectors(modality)[rows]))
        for method in methods:
            for dims in DIMS:
                progress(STAGE, done, total)
                coordinates = np.full((len(inputs), dims), np.nan, dtype=np.float32)
                coordinates[rows] = project(method, prepared, dims, seed=data.seed)
                yield measured(Projection(modality, method, dims), coordinates, data), coordinates
                done += 1
    progress(STAGE, total, total)


def measured(projection: Projection, coordinates: np.ndarray, data: TrainingData) -> Projection:
    """Return the projection with figures of how well its map keeps neighbours and categories together."""
    rows = np.flatnonzero(data.inputs.present(projection.modality))
    vectors = data.inputs.vectors(projection.modality)[rows]
    kept = quality(vectors, coordinates[rows], data.labels[rows], seed=data.seed)
    return replace(
        projection, trustworthiness=kept.trustworthiness, neighbour_accuracy=kept.neighbour_accuracy
    )


def measured_again(bundle: Bundle, data: TrainingData) -> tuple[Projection, ...]:
    """Return a bundle's projections, measured by other categories."""
    return tuple(
        measured(one, bundle.coordinates(one.modality, one.method, one.dims), data)
        for one in bundle.projections
    )

"""Large maps: a sample of the rows, the landmarks, is drawn, and every other row is placed among them.

What t-SNE and UMAP cost grows with the rows; a map of landmarks costs the same however many rows there are,
and placing the others takes one search among the landmarks (de Silva and Tenenbaum, "Sparse multidimensional
scaling using landmark points", 2004, have the idea for another method).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.common.progress import Progress, silent
from core.nearest.cells import divide
from core.nearest.exact import EuclideanNeighbours, Neighbours
from core.nearest.graph import Graph

LANDMARKS = 20_000
"""Among so many rows neighbours are exact (`core.nearest.graph.EXACT_UP_TO`)."""
NEAREST = 10
"""Landmarks by which a row is placed."""
CLOSE = 1e-3
"""Landmarks that are nearer than this have no more weight than at this distance."""
_BLOCK = 16_384


@dataclass(frozen=True, eq=False)
class Landmarks:
    """Some of u different rows, spread over all of them, and how the others lie among them.

    Attributes
    ----------
    graph : Graph
        The landmarks, l rows, and their neighbours.
    numbers : np.ndarray
        int64, shape (l,), ascending: which rows they are.
    others : np.ndarray
        int64, shape (u - l,), ascending: the rows that are no landmarks.
    nearest : Neighbours or EuclideanNeighbours
        The landmarks that are nearest to each of the others.
    """

    graph: Graph
    numbers: np.ndarray
    others: np.ndarray
    nearest: Neighbours | EuclideanNeighbours


def choose_landmarks(graph: Graph, count: int, seed: int, progress: Progress = silent) -> Landmarks:
    """Choose landmarks among the rows of a graph, and find those nearest to each of the other rows.

    Parameters
    ----------
    graph : Graph
        Its rows are read in blocks; its neighbours are not needed.
    count : int
        How many landmarks; fewer than there are rows.
    seed : int
        Of the choice. The same seed gives the same landmarks.
    progress : Progress
        Told for how many of the other rows the landmarks are known.
    """
    numbers = _spread(graph.rows, count, seed)
    others = np.setdiff1d(np.arange(len(graph.rows)), numbers, assume_unique=True)
    sample = Graph(graph.rows[numbers], np.arange(len(numbers)), graph.metric, graph.reach)
    return Landmarks(sample, numbers, others, _nearest(graph, sample, others, progress))


def _spread(rows: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Return `count` rows, ascending, of each cell of near rows in proportion, so that no region is left out.

    The rows are put in order of their cells, in random order within a cell, and taken at equal distances.
    """
    rng = np.random.default_rng(seed)
    order = np.concatenate([rng.permutation(members) for members in divide(rows, seed).members])
    at = (np.arange(count) + rng.random()) * (len(rows) / count)
    return np.sort(order[at.astype(np.int64)])


def _nearest(
    graph: Graph, sample: Graph, others: np.ndarray, progress: Progress
) -> Neighbours | EuclideanNeighbours:
    """Search for the nearest landmarks of the other rows in blocks, so that the rows are never copied."""
    parts = []
    for start in range(0, len(others), _BLOCK):
        progress("placing", start, len(others))
        parts.append(sample.search(sample.rows, NEAREST, graph.rows[others[start : start + _BLOCK]]))
    progress("placing", len(others), len(others))
    return type(parts[0]).joined(parts)


def place(drawn: np.ndarray, landmarks: Landmarks) -> np.ndarray:
    """Return a map of all rows: landmarks where they were drawn, the others at the mean of their nearest.

    Parameters
    ----------
    drawn : np.ndarray
        float, shape (l, 2 or 3).
    landmarks : Landmarks
        Which rows were drawn.

    Returns
    -------
    np.ndarray
        float32, shape (u, 2 or 3).
    """
    found = landmarks.nearest
    coordinates = np.empty((len(landmarks.numbers) + len(landmarks.others), drawn.shape[1]), dtype=np.float32)
    coordinates[landmarks.numbers] = drawn
    for start in range(0, len(landmarks.others), _BLOCK):
        block = slice(start, start + _BLOCK)
        weights = 1 / np.maximum(found.distance[block], CLOSE)
        weights /= weights.sum(axis=1, keepdims=True)
        coordinates[landmarks.others[block]] = np.einsum("mk,mkd->md", weights, drawn[found.indices[block]])
    return coordinates

"""Find all that is probably wrong in a catalogue, and whether its split is fair.

``wrong_categories``    products that probably have the wrong category
``mismatches``          products whose text and image do not match
``product_neighbours``  the nearest neighbours of each product, which the next two share
``outliers``            products unlike all others
``duplicates``          products that are the same, or nearly
``leaks``               duplicates in different splits
``descriptions``        all of these in words
``fault_table``         all of these in one table
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from core.common.progress import Progress, silent
from core.faults.descriptions import (
    describe_duplicates,
    describe_leaks,
    describe_mismatches,
    describe_outliers,
    describe_wrong_categories,
)
from core.faults.duplicates import find_duplicates
from core.faults.fault_table import fault_table
from core.faults.leaks import find_leaks
from core.faults.mismatches import find_mismatches
from core.faults.outliers import find_outliers
from core.faults.product_neighbours import find_neighbours
from core.faults.wrong_categories import find_wrong_categories, mean_probabilities

if TYPE_CHECKING:
    import pandas as pd

    from core.features.vectors import Features
    from core.nearest.graph import Graph


def find_faults(
    y: np.ndarray,
    categories: Sequence[str],
    proba: Mapping[str, np.ndarray],
    features: Mapping[str, Features],
    *,
    names: Sequence[str],
    digests: Sequence[str],
    groups: np.ndarray,
    parts: np.ndarray | None = None,
    graphs: Mapping[str, Graph] | None = None,
    progress: Progress = silent,
) -> pd.DataFrame:
    """List all that is probably wrong in a catalogue of n products.

    Parameters
    ----------
    y : np.ndarray
        int, shape (n,): each product's category, 0 to k - 1.
    categories : sequence of str
        Names of the k categories.
    proba : Mapping[str, np.ndarray]
        "text", "image", or both -> out-of-fold probabilities, float (n, k), NaN rows where there are none
        (`core.evaluation.folds.out_of_fold`).
    features : Mapping[str, Features]
        "text", "image", or both -> vectors and presence.
    names, digests, groups
        As for `find_duplicates`.
    parts : np.ndarray, optional
        str, shape (n,): train, validation or test. Without it, no leaks are searched for.
    graphs : Mapping[str, Graph], optional
        Modality -> graph of the products that have it, if the maps need it as well (`find_neighbours`).
    progress : Progress
        Told for how many products the neighbours have been searched.

    Returns
    -------
    DataFrame
        As `core.faults.fault_table.fault_table` returns it.

    Raises
    ------
    ValueError
        If the arrays do not fit each other, or a modality is neither text nor image.
    """
    y = np.asarray(y)
    _check(len(y), len(categories), proba, features)
    mean_proba = mean_probabilities(proba.values())
    issues = find_wrong_categories(y, mean_proba)
    faults = [describe_wrong_categories(issues, mean_proba, proba, categories)]
    if len(proba) == 2:
        mismatches = find_mismatches(y, proba["text"], proba["image"])
        faults.append(describe_mismatches(mismatches, y, categories))
    graphs = graphs or {}
    neighbours = {
        modality: find_neighbours(each.vectors, each.present, graph=graphs.get(modality), progress=progress)
        for modality, each in features.items()
    }
    faults.append(describe_outliers(find_outliers(y, neighbours), y, categories))
    duplicates = find_duplicates(names, digests, groups, neighbours)
    faults.append(describe_duplicates(duplicates, y, categories))
    if parts is not None:
        faults.append(describe_leaks(find_leaks(duplicates, parts)))
    return fault_table(faults)


def _check(
    rows: int, categories: int, proba: Mapping[str, np.ndarray], features: Mapping[str, Features]
) -> None:
    for modalities in (proba.keys(), features.keys()):
        if not modalities or not modalities <= {"text", "image"}:
            raise ValueError(f"expected text, image, or both, got {', '.join(modalities) or 'nothing'}")
    shapes = {modality: each.shape for modality, each in proba.items()}
    if any(shape != (rows, categories) for shape in shapes.values()):
        raise ValueError(f"expected probabilities {(rows, categories)}, got {shapes}")

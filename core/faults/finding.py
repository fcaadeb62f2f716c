"""What is probably wrong in a catalogue, and whether its split is fair: pure functions on arrays.

``folds``       what a model that never saw a product says of it
``labels``      products filed under the wrong category
``conflicts``   products whose text and picture tell of different things
``near``        each product's nearest others, which the next two share
``outliers``    products unlike all others
``duplicates``  products entered twice, and those on both sides of the split
``table``       all of them in one table, in plain words

`find_faults` composes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from core.common.progress import Progress, silent
from core.faults.conflicts import find_conflicts
from core.faults.duplicates import find_duplicates, leaks
from core.faults.labels import mean_opinion, suspect_labels
from core.faults.near import near
from core.faults.outliers import find_outliers
from core.faults.table import (
    conflict_faults,
    duplicate_faults,
    fault_table,
    label_faults,
    leak_faults,
    outlier_faults,
)

if TYPE_CHECKING:
    import pandas as pd

    from core.features.vectors import Features
    from core.nearest.graph import Graph


def find_faults(
    y: np.ndarray,
    classes: Sequence[str],
    proba: Mapping[str, np.ndarray],
    features: Mapping[str, Features],
    *,
    names: Sequence[str],
    digests: Sequence[str],
    parts: np.ndarray | None = None,
    graphs: Mapping[str, Graph] | None = None,
    progress: Progress = silent,
) -> pd.DataFrame:
    """List all that is probably wrong in a catalogue of n products.

    Parameters
    ----------
    y : np.ndarray
        int, shape (n,): the class each product is filed under, 0 to k - 1.
    classes : sequence of str
        Names of the k classes.
    proba : Mapping[str, np.ndarray]
        "text", "image", or both -> out-of-fold probabilities, float (n, k), NaN rows where there are none
        (`out_of_fold`).
    features : Mapping[str, Features]
        "text", "image", or both -> vectors and presence.
    names, digests : sequence of str
        As `find_duplicates`.
    parts : np.ndarray, optional
        str, shape (n,): train, validation or test. Without, nothing is said of the split.
    graphs : Mapping[str, Graph], optional
        Modality -> graph of the products that have it, where the maps need it as well (`near`).
    progress : Progress
        Told the products whose neighbours were searched.

    Returns
    -------
    DataFrame
        As `core.faults.table.fault_table` describes it.

    Raises
    ------
    ValueError
        The arrays do not fit each other, or a modality is neither text nor image.
    """
    y = np.asarray(y)
    for given in (proba, features):
        if not given or not given.keys() <= {"text", "image"}:
            raise ValueError(f"expected text, image, or both, got {', '.join(given) or 'nothing'}")
    if any(each.shape != (len(y), len(classes)) for each in proba.values()):
        shapes = {modality: each.shape for modality, each in proba.items()}
        raise ValueError(f"expected probabilities {(len(y), len(classes))}, got {shapes}")
    together = mean_opinion(proba.values())
    found = [label_faults(suspect_labels(y, together), together, proba, classes)]
    if len(proba) == 2:
        conflicts = find_conflicts(y, proba["text"], proba["image"])
        found.append(conflict_faults(conflicts, y, classes))
    graphs = graphs or {}
    spaces = {
        m: near(each.vectors, each.present, graph=graphs.get(m), progress=progress)
        for m, each in features.items()
    }
    found.append(outlier_faults(find_outliers(y, spaces), y, classes))
    duplicates = find_duplicates(names, digests, spaces)
    found.append(duplicate_faults(duplicates, y, classes))
    if parts is not None:
        found.append(leak_faults(leaks(duplicates, parts)))
    return fault_table(found)

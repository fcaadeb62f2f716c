"""What a build finds out besides its models: what is wrong in the catalogue, is the split fair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from core.building.lessons import Lessons
from core.building.split_inflation import split_inflation
from core.building.training import FOLDS, Taught
from core.bundle.likeliest import likeliest
from core.common.errors import CatalogueError
from core.common.progress import Progress, silent
from core.evaluation.folds import logistic, out_of_fold
from core.faults.detection import find_faults
from core.faults.wrong_categories import mean_probabilities

if TYPE_CHECKING:
    import pandas as pd

    from core.nearest.graph import Graph

# A catalogue's inflation shows on a sample as well; ten models are trained for it.
FAIRNESS_ROWS = 4000


def unseen_of(lessons: Lessons, taught: Taught) -> dict[str, np.ndarray]:
    """Return what text and picture say of each product, by models that have not seen it.

    Returns
    -------
    dict
        text, image, or both -> float (n, classes); NaN rows where nothing can be said.
    """
    return {modality: _unseen(lessons, taught, modality) for modality in lessons.inputs.features}


def opinions_on(faults: pd.DataFrame, lessons: Lessons, unseen: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Lay out what was said of the products with faults (see `core.bundle.likeliest`), for their review.

    Test products are left out: the bundle's own predictions answer them.
    """
    return likeliest(np.setdiff1d(faults["row"].to_numpy(), lessons.split.test), unseen)


def faults_of(
    lessons: Lessons,
    unseen: Mapping[str, np.ndarray],
    names: Sequence[str],
    digests: Sequence[str],
    progress: Progress = silent,
    graphs: Mapping[str, Graph] | None = None,
) -> pd.DataFrame:
    """List what is probably wrong in the catalogue, as `core.faults.detection.find_faults` does.

    Parameters
    ----------
    lessons, unseen
        The products, and what :func:`unseen_of` returns.
    names, digests
        The products' names, and hashes of their pictures' bytes.
    progress
        Told how many products have found their neighbours.
    graphs
        Who is near whom in each modality, where the maps need it as well.
    """
    return find_faults(
        lessons.labels,
        lessons.classes,
        unseen,
        lessons.inputs.features,
        names=names,
        digests=digests,
        parts=lessons.split.parts,
        graphs=graphs,
        progress=progress,
    )


def _unseen(lessons: Lessons, taught: Taught, modality: str) -> np.ndarray:
    """Mean of what heads say of products they have not seen; a logistic regression's where none was asked."""
    said = [proba for (m, _), proba in taught.unseen.items() if m == modality]
    if said:
        return mean_probabilities(said)
    learner = logistic(lessons.inputs.vectors(modality), lessons.labels, len(lessons.classes))
    present = lessons.inputs.present(modality)
    return out_of_fold(learner, lessons.labels, lessons.groups, FOLDS, lessons.seed, present=present)


def fairness_of(lessons: Lessons) -> dict[str, Any] | None:
    """Measure how much a random split would flatter, on a sample of at most 4,000 products, groups unbroken.

    Returns
    -------
    dict
        ``words``, ``rows``, ``seen`` (share of a random split's test rows with a twin in training), and as
        value, low and high: ``random``, ``grouped``, ``difference``. None where there are too few different
        products to say.
    """
    modality = lessons.inputs.modalities[-1]
    rows = _sample(np.flatnonzero(lessons.inputs.present(modality)), lessons.groups, lessons.seed)
    labels = np.asarray(lessons.classes, dtype=object)[lessons.labels[rows]]
    try:
        found = split_inflation(lessons.inputs.vectors(modality)[rows], labels, lessons.groups[rows])
    except CatalogueError:
        return None
    figures: Mapping[str, Any] = {name: getattr(found, name) for name in ("random", "grouped", "difference")}
    return {
        "words": found.words,
        "rows": len(rows),
        "modality": modality,
        "seen": found.seen,
        **{name: [one.value, one.low, one.high] for name, one in figures.items()},
    }


def _sample(rows: np.ndarray, groups: np.ndarray, seed: int) -> np.ndarray:
    if len(rows) <= FAIRNESS_ROWS:
        return rows
    order = np.random.default_rng(seed).permutation(np.unique(groups[rows]))
    place = np.empty(groups.max() + 1, dtype=np.int64)
    place[order] = np.arange(len(order))
    taken = rows[np.argsort(place[groups[rows]], kind="stable")[:FAIRNESS_ROWS]]
    return np.sort(taken)

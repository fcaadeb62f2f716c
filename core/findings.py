"""What a build finds out besides its models: what is wrong in the catalogue, is the split fair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import CatalogueError
from core.faults import find_faults, logistic, mean_opinion, out_of_fold
from core.lessons import Lessons
from core.progress import Progress, silent
from core.training import FOLDS, Taught
from core.trust.inflation import split_inflation

if TYPE_CHECKING:
    import pandas as pd

# A catalogue's inflation shows on a sample as well; ten models are trained for it.
FAIRNESS_ROWS = 4000


def faults_of(
    lessons: Lessons,
    taught: Taught,
    names: Sequence[str],
    digests: Sequence[str],
    progress: Progress = silent,
) -> pd.DataFrame:
    """List what is probably wrong in the catalogue, as `core.faults.find_faults` does.

    Parameters
    ----------
    lessons, taught
        The products, and what the heads say of those they have not seen.
    names, digests
        The products' names, and hashes of their pictures' bytes.
    progress
        Told how many products have found their neighbours.
    """
    proba = {modality: _unseen(lessons, taught, modality) for modality in lessons.inputs.features}
    return find_faults(
        lessons.labels,
        lessons.classes,
        {modality: one for modality, one in proba.items() if one is not None},
        lessons.inputs.features,
        names=names,
        digests=digests,
        parts=lessons.split.parts,
        progress=progress,
    )


def _unseen(lessons: Lessons, taught: Taught, modality: str) -> np.ndarray | None:
    """Mean of what heads say of products they have not seen; a logistic regression's where none was asked."""
    said = [proba for (m, _), proba in taught.unseen.items() if m == modality]
    if said:
        return mean_opinion(said)
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

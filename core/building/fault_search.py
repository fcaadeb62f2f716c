"""What is probably wrong in a catalogue, by models that were not trained on the product in question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from core.building.folding import FOLDS, fold_name, training_out_of_fold
from core.building.training import TrainedHeads
from core.building.training_data import TrainingData
from core.building.unfinished.forms import ARRAY, FRAMES
from core.building.unfinished.steps import Steps
from core.bundle.out_of_fold import most_probable
from core.common.progress import Progress, silent
from core.evaluation.folds import logistic, out_of_fold
from core.faults.detection import find_faults
from core.faults.wrong_categories import mean_probabilities

if TYPE_CHECKING:
    import pandas as pd

    from core.nearest.graph import Graph


@dataclass(frozen=True, eq=False)
class Faults:
    """The faults of a catalogue.

    Attributes
    ----------
    table
        The faults, worst first (`core.faults.fault_table`).
    out_of_fold
        The most probable categories of products with faults, for their review (`core.bundle.out_of_fold`):
        what the faults rest on.
    """

    table: pd.DataFrame
    out_of_fold: pd.DataFrame


def search_faults(
    data: TrainingData,
    trained: TrainedHeads,
    table: pd.DataFrame,
    graphs: Mapping[str, Graph] | None = None,
    progress: Progress = silent,
    steps: Steps | None = None,
) -> Faults:
    """Search a catalogue for faults.

    Parameters
    ----------
    data, trained
        Products and heads.
    table
        The same products; their columns ``name`` and ``image_digest`` are read.
    graphs
        Modality -> its graph of neighbours, where the maps need it as well.
    progress
        Called with how many products have their neighbours.
    steps
        Keep the faults, and what each fold of a model trained for them says.
    """
    steps = steps or Steps()

    def search() -> dict[str, pd.DataFrame]:
        return _searched(data, trained, table, graphs, progress, steps)

    found = steps.take("faults", FRAMES, search)
    return Faults(found["table"], found["out_of_fold"])


def _searched(
    data: TrainingData,
    trained: TrainedHeads,
    table: pd.DataFrame,
    graphs: Mapping[str, Graph] | None,
    progress: Progress,
    steps: Steps,
) -> dict[str, pd.DataFrame]:
    proba = {modality: _out_of_fold(data, trained, modality, steps) for modality in data.inputs.features}
    data = data.unseen  # a fine-tuned encoder has learned the wrong categories, too
    faults = find_faults(
        data.labels,
        data.classes,
        proba,
        data.inputs.features,
        names=list(table["name"]),
        digests=list(table["image_digest"]),
        groups=data.groups,
        parts=data.split.parts,
        graphs=graphs,
        progress=progress,
    )
    return {"table": faults, "out_of_fold": most_probable(faults["row"].to_numpy(), proba)}


def _out_of_fold(data: TrainingData, trained: TrainedHeads, modality: str, steps: Steps) -> np.ndarray:
    """Return the mean probabilities of the heads that were trained in folds, float (n, classes).

    A logistic regression's where there is no such head; NaN in rows of products that no model can answer.
    """
    heads = [proba for key, proba in trained.out_of_fold.items() if key.modality == modality]
    if heads:
        return mean_probabilities(heads)

    def fit_predict(of: TrainingData, train: np.ndarray, test: np.ndarray) -> np.ndarray:
        def answer() -> np.ndarray:
            return logistic(of.inputs.vectors(modality), of.labels, len(of.classes))(train, test)

        return steps.take(fold_name(f"{modality} faults", train, test), ARRAY, answer)

    present = data.inputs.present(modality)
    if not data.folds_for(modality):
        learner = partial(fit_predict, data.unseen)
        return out_of_fold(learner, data.labels, data.groups, FOLDS, data.seed, present=present)
    proba = training_out_of_fold(data, modality, fit_predict)
    others = np.setdiff1d(np.flatnonzero(present), data.split.train)
    proba[others] = fit_predict(data, data.split.train[present[data.split.train]], others)
    return proba

"""Learning curves: how accurate a model is with fewer training products, and whether more would help.

A bundle does not hold them. They are computed from what it does hold, its features and its split, by training
logistic regression, which every input has and which is quick, on growing parts of the training products. Each
part contains the one before, and products that are alike stay together. Validation products choose the
strength of regularisation, as in a build; test products only judge.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from core.building.fitting import fit
from core.building.refit import one_training, training_data
from core.bundle.reader import Bundle
from core.common.errors import CatalogueError
from core.common.progress import Progress, silent
from core.evaluation.intervals import Interval, wilson
from core.heads.key import HeadKey

HEAD = "logistic_regression"
PARTS = (0.1, 0.2, 0.35, 0.6, 1.0)
"""Shares of the training products."""

STAGE = "Training on more and more products"


@dataclass(frozen=True)
class LearningPoint:
    """What a model reaches with some of the training products.

    Attributes
    ----------
    products
        How many it was trained on.
    training
        Its accuracy on these, 0 to 1.
    test
        Its accuracy on the test products that have its input, with Wilson's interval.
    """

    products: int
    training: float
    test: Interval


def learning_curve(bundle: Bundle, modality: str, progress: Progress = silent) -> tuple[LearningPoint, ...]:
    """Train on growing parts of the training products, and judge each on the test products.

    Parts with fewer than two categories are left out.

    Parameters
    ----------
    bundle
        One with features.
    modality
        text, image or fused.
    progress
        Told of each part.

    Raises
    ------
    BundleError
        The bundle has no features.
    CatalogueError
        There are no test products with the input.
    CoreError
        Another training job is running in this process.
    """
    # A fine-tuned encoder has seen all training products: its vectors say nothing of fewer.
    data = training_data(bundle, bundle.labels).unseen
    present = data.inputs.present(modality)
    train, test = (rows[present[rows]] for rows in (data.split.train, data.split.test))
    if not len(test):
        raise CatalogueError("a learning curve needs test products with the input, got none")
    points: list[LearningPoint] = []
    with one_training():
        for number, rows in enumerate(growing_parts(train, data.groups, data.seed)):
            progress(STAGE, number, len(PARTS))
            if len(np.unique(data.labels[rows])) < 2:
                continue
            head = fit(replace(data, split=replace(data.split, train=rows)), HeadKey(modality, HEAD))
            learned, right = (
                head.predict_proba(data.inputs.take(some)).argmax(axis=1) == data.labels[some]
                for some in (rows, test)
            )
            points.append(
                LearningPoint(len(rows), float(learned.mean()), wilson(int(right.sum()), len(test)))
            )
    progress(STAGE, len(PARTS), len(PARTS))
    return tuple(points)


def growing_parts(rows: np.ndarray, groups: np.ndarray, seed: int) -> list[np.ndarray]:
    """Return `PARTS` of some rows, int64 each, ascending: each holds the one before and whole groups.

    Parameters
    ----------
    rows
        int64 (m,).
    groups
        int64 (n,): rows of one product share a number.
    seed
        Fixes the order in which groups come.
    """
    _, group = np.unique(groups[rows], return_inverse=True)
    turn = np.random.default_rng(seed).permutation(group.max() + 1) if len(rows) else group
    order = np.argsort(turn[group], kind="stable")
    ends = np.flatnonzero(np.diff(turn[group][order], append=-1)) + 1  # where a group is complete
    parts = [ends[np.searchsorted(ends, share * len(rows))] for share in PARTS if len(rows)]
    return [np.sort(rows[order[:end]]) for end in dict.fromkeys(parts)]

"""The answers that promises are made from, as a bundle keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.bundle.guards import Guards
from core.evaluation.held_out import HeldOutAnswers

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("given", "row", "predicted", "confidence")


def held_out_answers(
    frame: pd.DataFrame, given: str, guards: Guards, labels: np.ndarray, validation: np.ndarray
) -> HeldOutAnswers:
    """Return the answers of the model for what is given.

    Parameters
    ----------
    frame
        `COLUMNS`: text, image or fused; the product's position in the catalogue; the predicted category's in
        the categories; its calibrated probability. One row for each answer.
    given
        text, image or fused.
    guards
        Of the catalogue's products.
    labels
        int64 (n,): their categories.
    validation
        Rows of the validation products.
    """
    own = frame[frame["given"] == given]
    rows = own["row"].to_numpy(dtype=np.int64)
    return HeldOutAnswers(
        true=labels[rows],
        predicted=own["predicted"].to_numpy(dtype=np.int64),
        confidence=own["confidence"].to_numpy(dtype=np.float64),
        strangeness=guards.strangeness[given][rows],
        disagreement=guards.disagreement[rows] if given == "fused" else np.full(len(rows), np.nan),
        unreadable=guards.unreadable[rows] if given != "image" else np.zeros(len(rows), dtype=bool),
        in_validation=np.isin(rows, validation),
    )

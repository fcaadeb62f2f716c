"""The answers that promises are made from, as a bundle keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from core.bundle.guards import Guards
from core.bundle.layout import HELD_OUT
from core.bundle.tables import checked_columns, checked_values
from core.evaluation.held_out import HeldOutAnswers

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("given", "row", "predicted", "confidence")


def checked_held_out(
    frame: pd.DataFrame, n: int, k: int, modalities: Sequence[str], name: str = HELD_OUT
) -> pd.DataFrame:
    """Return the table if it holds answers to n products of k categories, by what these modalities give.

    Raises
    ------
    BundleError
        It holds something else.
    """
    checked_columns(frame, dict(zip(COLUMNS, "tiif", strict=True)), name)
    expected = {
        "given": (frame["given"].isin(list(modalities)), f"one of {', '.join(modalities)}"),
        "row": (frame["row"].between(0, n - 1), f"positions from 0 to {n - 1}"),
        "predicted": (frame["predicted"].between(0, k - 1), f"positions from 0 to {k - 1}"),
        "confidence": (frame["confidence"].between(0, 1), "numbers from 0 to 1"),
    }
    checked_values(frame, expected, name)
    return frame


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
        **guards.of_answers(given, rows),
        in_validation=np.isin(rows, validation),
    )

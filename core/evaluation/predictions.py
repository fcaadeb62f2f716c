"""The predictions table of a bundle, from which every score can be computed again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from core.common.categories import positions_of
from core.common.errors import CatalogueError
from core.evaluation.checks import checked_predictions
from core.evaluation.report import Report
from core.evaluation.scores import DECIMALS, evaluate

if TYPE_CHECKING:
    import pandas as pd

PREFIX = "p:"
"""What the name of a probability column begins with; the category follows."""


def predictions_table(
    skus: Sequence[str], y_true: np.ndarray, proba: np.ndarray, classes: Sequence[str], head: str
) -> pd.DataFrame:
    """Return a head's predictions as a table: ``head, sku, true, predicted, confidence, p:<class>...``.

    Probabilities are rounded to five decimals first; prediction and confidence come from the rounded ones.

    Parameters
    ----------
    skus : Sequence[str]
        The ids of n products.
    y_true, proba : np.ndarray
        Their class numbers (n,) and probabilities (n, k).
    classes : Sequence[str]
        The k class names.
    head : str
        The head's name.
    """
    import pandas as pd

    y_true, proba = checked_predictions(y_true, proba)
    rounded = proba.round(DECIMALS)
    names = np.asarray(classes, dtype=object)
    table = {
        "head": head,
        "sku": np.asarray(skus, dtype=object),
        "true": names[y_true],
        "predicted": names[rounded.argmax(axis=1)],
        "confidence": rounded.max(axis=1),
    }
    shares = pd.DataFrame(rounded, columns=[f"{PREFIX}{name}" for name in classes])
    return pd.concat([pd.DataFrame(table), shares], axis=1)


def reports_from_predictions(table: pd.DataFrame, modality: str) -> list[Report]:
    """Compute a report per head, in order of appearance, from a predictions table alone.

    Raises
    ------
    CatalogueError
        If the table lacks a column, or has no probabilities for a true class.
    """
    columns = [name for name in table.columns if name.startswith(PREFIX)]
    lacking = {"head", "true"} - set(table.columns)
    if lacking or not columns:
        needed = ", ".join(sorted(lacking)) or f"{PREFIX}<class>"
        raise CatalogueError(f"not a predictions table: expected a column {needed}, got {list(table)[:8]}")
    classes = [name.removeprefix(PREFIX) for name in columns]
    number = positions_of(classes)
    unknown = sorted(set(table["true"].astype(str)) - set(number))
    if unknown:
        raise CatalogueError(
            f"the predictions table has no column '{PREFIX}{unknown[0]}' for a true category"
        )
    reports = []
    for head, rows in table.groupby("head", sort=False):
        y_true = rows["true"].astype(str).map(number).to_numpy(dtype=np.int64)
        # Rounding again removes what reading a decimal from a file may add in the last bit.
        proba = rows[columns].to_numpy(dtype=np.float64).round(DECIMALS)
        reports.append(evaluate(y_true, proba, classes, modality=modality, head=str(head)))
    return reports

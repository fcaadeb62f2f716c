"""The table of faults: one row per product and kind of fault, worst first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

KINDS = {
    "label": "Likely wrong category",
    "image": "Image does not match",
    "text": "Text does not match",
    "duplicate": "Duplicate",
    "outlier": "Outlier",
    "leak": "Duplicate in different splits",
}
"""Kind of fault -> its name on screen."""


@dataclass(frozen=True, eq=False)
class FaultRows:
    """Faults of one sort, a row each, as columns of the table.

    Attributes
    ----------
    row : np.ndarray
        int64, shape (m,): the product.
    kind : np.ndarray
        str, shape (m,): of `KINDS`.
    score : np.ndarray
        float, shape (m,): 0 to 1, comparable within a kind.
    is_issue : np.ndarray
        bool, shape (m,): probably a fault; the others may be worth a look.
    other : np.ndarray
        int64, shape (m,): the product it is compared with, -1 for none.
    reason, suggestion : sequence of str
        What is wrong, and what to do; of the products they hold only categories.
    """

    row: np.ndarray
    kind: np.ndarray
    score: np.ndarray
    is_issue: np.ndarray
    other: np.ndarray
    reason: Sequence[str]
    suggestion: Sequence[str]


def fault_table(faults: Sequence[FaultRows]) -> pd.DataFrame:
    """Put faults of several kinds into one table: issues first, then by score, then by row.

    Returns
    -------
    DataFrame
        The columns of `FaultRows`: ``row`` and ``other`` (int64), ``kind``, ``reason`` and ``suggestion``
        (str), ``score`` (float32), ``is_issue`` (bool).
    """
    import pandas as pd

    table = pd.DataFrame(
        {
            "row": np.concatenate([each.row for each in faults]).astype(np.int64),
            "kind": [kind for each in faults for kind in each.kind],
            "score": np.concatenate([each.score for each in faults]).astype(np.float32),
            "is_issue": np.concatenate([each.is_issue for each in faults]).astype(bool),
            "other": np.concatenate([each.other for each in faults]).astype(np.int64),
            "reason": [reason for each in faults for reason in each.reason],
            "suggestion": [suggestion for each in faults for suggestion in each.suggestion],
        }
    ).astype({"kind": "str", "reason": "str", "suggestion": "str"})
    order = np.lexsort((table["row"], -table["score"], ~table["is_issue"]))
    return table.iloc[order].reset_index(drop=True)

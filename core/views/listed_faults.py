"""The faults that pages list: one selection and one count for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.faults.fault_table import KINDS

if TYPE_CHECKING:
    import pandas as pd


def listed_faults(faults: pd.DataFrame, selected: np.ndarray, *, weak: bool = False) -> pd.DataFrame:
    """Return the faults of selected products, each once, in the order of `faults`.

    Parameters
    ----------
    faults
        As `core.faults.fault_table.fault_table` returns it.
    selected
        bool (n,): of a pair, one of the two must be selected.
    weak
        Whether to list weaker findings, too: those that are no issue but may be worth a look.
    """
    row, other = (faults[name].to_numpy(dtype=np.int64) for name in ("row", "other"))
    listed = selected[row] | ((other >= 0) & selected[other])
    listed &= faults["kind"].isin(KINDS).to_numpy(dtype=bool)
    if not weak:
        listed &= faults["is_issue"].to_numpy(dtype=bool)
    ends = faults[["kind"]].assign(low=np.minimum(row, other), high=np.maximum(row, other))[listed]
    once: pd.DataFrame = faults[listed][~ends.duplicated().to_numpy(dtype=bool)]
    return once


def fault_counts(listed: pd.DataFrame) -> dict[str, int]:
    """Return kind -> products, or pairs of products, that :func:`listed_faults` returned; no zeros."""
    counts = listed["kind"].value_counts()
    return {kind: int(counts[kind]) for kind in KINDS if kind in counts.index}

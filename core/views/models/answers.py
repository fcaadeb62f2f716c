"""What one model answers for the test products, and which of these a visitor selected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.bundle.reader import Bundle
from core.common.recent import Recent

if TYPE_CHECKING:
    from core.views.selection import Selection


REMEMBERED = 24
"""Heads whose answers are kept in memory."""


@dataclass(frozen=True)
class Answers:
    """What one head says of the test rows.

    Attributes
    ----------
    rows
        int64 (n,): positions in the bundle's table.
    true, predicted
        int64 (n,): positions in the bundle's classes.
    proba
        float64 (n, classes).
    """

    rows: np.ndarray
    true: np.ndarray
    predicted: np.ndarray
    proba: np.ndarray

    def take(self, mask: np.ndarray) -> Answers:
        """Return the answers in `mask`, bool (n,)."""
        return Answers(self.rows[mask], self.true[mask], self.predicted[mask], self.proba[mask])


_remembered: Recent[Answers] = Recent(REMEMBERED)


def answers(bundle: Bundle, modality: str, head: str | None = None) -> Answers:
    """Return one head's answers, the chosen head's where none is named; read once, never to be changed."""
    head = head or bundle.best[modality]
    key = bundle.path, bundle.fingerprint, modality, head
    return _remembered.get(key, lambda: _read(bundle, modality, head))


def _read(bundle: Bundle, modality: str, head: str) -> Answers:
    table = bundle.predictions(modality)
    table = table[table["head"] == head]
    number = {name: place for place, name in enumerate(bundle.classes)}
    return Answers(
        np.array([bundle.row(sku) for sku in table["sku"].tolist()], dtype=np.int64),
        table["true"].map(number).to_numpy(dtype=np.int64),
        table["predicted"].map(number).to_numpy(dtype=np.int64),
        table[[f"p:{name}" for name in bundle.classes]].to_numpy(dtype=np.float64),
    )


def in_selection(bundle: Bundle, view: Selection, found: Answers) -> np.ndarray:
    """Return which answers are on products of the view's categories: bool (n,)."""
    return view.of_categories(np.asarray(bundle.classes, dtype=object)[found.true])


def selection_summary(found: Answers, mask: np.ndarray, chosen: int) -> str:
    """Say how a model does on the answers in `mask`, bool (n,): those on some `chosen` categories."""
    what = "the chosen category" if chosen == 1 else f"the {chosen} chosen categories"
    n = int(mask.sum())
    if not n:
        return f"No test product is of {what}."
    right = int((found.true == found.predicted)[mask].sum())
    return f"Of {n:,} test products of {what} it puts {right:,} right ({right / n:.1%})."

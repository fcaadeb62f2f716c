"""Columns that Product Lens adds to a table: what a model answered, which is no fact about a product."""

from __future__ import annotations

from collections.abc import Sequence

ANSWERS = ("category_predicted", "confidence", "needs_review", "reason")
"""What an owner's table gets beside its own columns."""

PREDICTIONS = (
    *("predicted", "confidence", "predicted_text", "confidence_text"),
    *("predicted_image", "confidence_image", "needs_review", "reason", "rests_on", "note"),
)
"""What a whole file on *Predict* gets."""

CHECKED = "category_checked"
"""What it gets beside them: the category that was accepted or chosen, "" while a product is open."""

_MARKS = ({"category_predicted", "confidence"}, {"predicted", "confidence", "needs_review"})
_KNOWN = {*ANSWERS, *PREDICTIONS, CHECKED}


def own_columns(columns: Sequence[str]) -> frozenset[str]:
    """Return those of a table's columns that Product Lens added earlier; none without its marks."""
    plain = {column: _plain(column) for column in columns}
    if not any(marks <= set(plain.values()) for marks in _MARKS):
        return frozenset()
    return frozenset(column for column, name in plain.items() if name in _KNOWN)


def _plain(column: str) -> str:
    while column.endswith("_new"):
        column = column.removesuffix("_new")
    return column

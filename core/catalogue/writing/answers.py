"""What a model answered for each product, as columns of the owner's table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.catalogue.columns.own_columns import ANSWERS
from core.catalogue.recognition import Recognition
from core.catalogue.writing.changes import Changes, RowChange, free_names
from core.catalogue.writing.product_rows import product_rows


@dataclass(frozen=True)
class Answer:
    """What was answered for a product: its category, "" for none, and how sure that is."""

    category: str
    confidence: float
    needs_review: bool
    reason: str


def answer_columns(recognition: Recognition, answers: Sequence[Answer]) -> tuple[tuple[str, ...], Changes]:
    """Return the columns to add to a table, and their cells on every row of a product.

    Parameters
    ----------
    recognition
        The table.
    answers
        One for each product, in the order of `Recognition.frames`.
    """

    def changes() -> Changes:
        for rows in product_rows(recognition):
            for number, product in zip(rows.numbers, rows.products, strict=True):
                each = answers[product]
                cells = (each.category, each.confidence, each.needs_review, each.reason)
                yield number, RowChange(cells)

    return free_names(ANSWERS, recognition.raw.columns), changes()

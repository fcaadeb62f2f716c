"""What the parts of the Models page share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.views.captions import figure_caption

if TYPE_CHECKING:
    from core.bundle.reader import Bundle
    from core.evaluation.report import Report


def model_caption(bundle: Bundle, report: Report, note: str = "", rows: int | None = None) -> str:
    """Return what a figure about a model rests on: all its test products, or `rows` of them."""
    n = report.n if rows is None else rows
    return figure_caption(bundle, n, "test products", report.modality, report.head, note)

"""The confusion matrix of a model, and the products of one of its cells."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core.ui.figures import exhibit
from core.ui.models.parts import model_caption
from core.ui.parts import choose
from core.ui.products import listing
from core.ui.review.sending import review_button
from core.views.models.answers import answers
from core.views.models.confusion import Cell, ConfusionMatrix, in_cell, picked_cell
from core.views.models.confusion_chart import confusion_chart
from core.views.models.confusion_order import extents, ordered
from core.views.models.groupings import Grouping, each_alone, level_groupings
from core.views.models.product_listing import answer_listing

if TYPE_CHECKING:
    from core.bundle.reader import Bundle
    from core.evaluation.report import Report
    from core.views.selection import Selection

MANY = 30
ORDERS = {"alphabet": "A to Z", "together": "Confused together"}
EACH = "classes"
NOTE = "Rows: true category. Columns: predicted category. Blue: correct. Orange: mistakes."


@dataclass(frozen=True, eq=False)
class _Look:
    """How a confusion matrix is drawn.

    Attributes
    ----------
    shown
        int64: the groups to draw, in order.
    shares, diagonal
        Whether to draw shares of each row; whether to draw correct answers.
    """

    shown: np.ndarray
    shares: bool
    diagonal: bool


@st.fragment
def confusion(bundle: Bundle, selection: Selection, report: Report, key: str) -> None:
    """Draw the matrix and list the products of a cell; picking a cell redraws only this."""
    answered = answers(bundle, report.modality, report.head)
    levels = level_groupings(bundle.table, bundle.labels, bundle.classes)
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        level = _choose_level(bundle, levels)
        grouping = levels[level] if level in levels else each_alone(bundle.classes)
        matrix = ConfusionMatrix.of(answered.true, answered.predicted, grouping)
        chosen = _chosen_groups(bundle, selection, grouping)
        look = _choose_look(matrix, chosen, level)
    above = st.container()  # the matrix, which outlines the cell chosen under it
    cells = [cell for cell in matrix.cells if not len(chosen) or cell.true in chosen]
    if not cells:
        st.caption("No test products in these categories.")
        return
    key_cell = f"{key}-{level}-cell"
    cell = st.selectbox(
        "Click a cell, or choose one here, to see its products",
        cells,
        format_func=matrix.cell_name,
        key=key_cell,
        help="Most frequent mistakes first.",
    )
    with above:
        _draw(
            bundle,
            report,
            matrix,
            look,
            cell,
            f"{key}-confusion",
            partial(_pick, cells, f"{key}-confusion", key_cell),
        )
    chosen_answers = in_cell(answered.true, answered.predicted, grouping, cell)
    products = answer_listing(bundle, answered, chosen_answers)
    listing(bundle, products, f"{key}-{level}-{cell.true}-{cell.predicted}")
    review_button(bundle, products.rows, matrix.cell_name(cell), f"{key}-review")


def _choose_level(bundle: Bundle, levels: dict[str, Grouping]) -> str:
    """Let the visitor choose the categories or a coarser level of their tree, where there is one."""
    if not levels:
        return EACH
    names = {EACH: f"{len(bundle.classes)} categories"}
    names |= {name: f"{len(g.names)} groups ({name.replace('_', ' ')})" for name, g in levels.items()}
    return choose("Rows and columns", list(names), names, f"{bundle.name}-confusion-level")


def _chosen_groups(bundle: Bundle, selection: Selection, grouping: Grouping) -> list[int]:
    """Return the groups of the categories chosen in the sidebar; none where none are chosen."""
    if not selection.categories:
        return []
    inside = selection.of_categories(np.asarray(bundle.classes, dtype=object))
    groups: list[int] = np.unique(grouping.of_class[inside]).tolist()
    return groups


def _choose_look(matrix: ConfusionMatrix, chosen: list[int], level: str) -> _Look:
    """Let the visitor choose how much of the matrix to draw, and how."""
    offered = extents(matrix, MANY, chosen)
    extent = next(iter(offered))
    if len(offered) > 1:
        names = {code: part.name for code, part in offered.items()}
        extent = choose("Shown", list(offered), names, f"confusion-{level}-{'-'.join(offered)}")
    order = choose("Order", list(ORDERS), ORDERS, "confusion-order")
    shares = st.toggle("Row percentages", value=True, key="confusion-shares", persist_state="session")
    mistakes_only = st.toggle("Mistakes only", key="confusion-mistakes", persist_state="session")
    shown = ordered(matrix, offered[extent].groups, together=order == "together")
    return _Look(shown, shares, not mistakes_only)


def _draw(
    bundle: Bundle,
    report: Report,
    matrix: ConfusionMatrix,
    look: _Look,
    cell: Cell,
    key: str,
    on_pick: partial[None],
) -> None:
    total = len(matrix.names)
    left_out = f" {len(look.shown)} of {total} shown." if len(look.shown) < total else ""
    figure = confusion_chart(matrix, look.shown, shares=look.shares, diagonal=look.diagonal, picked=cell)
    exhibit(
        figure,
        key,
        "Confusion matrix",
        model_caption(bundle, report, NOTE + left_out),
        table=matrix.table(),
        on_pick=on_pick,
    )


def _pick(cells: list[Cell], chart: str, box: str) -> None:
    """Choose in the box the cell that was clicked in the chart."""
    cell = picked_cell(st.session_state[chart])
    if cell in cells:
        st.session_state[box] = cell

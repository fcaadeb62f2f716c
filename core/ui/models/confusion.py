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
from core.views.models.answers import answers
from core.views.models.confusion import (
    Cell,
    cell_places,
    cell_word,
    count_cells,
    extents,
    filled_cells,
    matrix_table,
    ordered,
    picked_cell,
)
from core.views.models.confusion_chart import confusion_matrix
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
class _Matrix:
    """A confusion matrix and how to draw it.

    Attributes
    ----------
    grouping
        What its rows and columns are.
    counts
        int64 (m, m).
    shown
        int64: the groups to draw, in order.
    shares, diagonal
        Whether to draw shares of each row; whether to draw correct answers.
    """

    grouping: Grouping
    counts: np.ndarray
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
        counts = count_cells(answered.true, answered.predicted, grouping)
        chosen = _chosen_groups(bundle, selection, grouping)
        matrix = _choose_look(grouping, counts, chosen, level)
    above = st.container()  # the matrix, which outlines the cell chosen under it
    cells = [cell for cell in filled_cells(counts) if not len(chosen) or cell.true in chosen]
    if not cells:
        st.caption("No test products in these categories.")
        return
    key_cell = f"{key}-{level}-cell"
    cell = st.selectbox(
        "Click a cell, or choose one here, to see its products",
        cells,
        format_func=lambda cell: cell_word(cell, grouping.names, counts),
        key=key_cell,
        help="Most frequent mistakes first.",
    )
    with above:
        _draw(
            bundle,
            report,
            matrix,
            cell,
            f"{key}-confusion",
            partial(_pick, cells, f"{key}-confusion", key_cell),
        )
    places = cell_places(answered.true, answered.predicted, grouping, cell)
    products = answer_listing(bundle, answered, places)
    listing(bundle, products, f"{key}-{level}-{cell.true}-{cell.predicted}")


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


def _choose_look(grouping: Grouping, counts: np.ndarray, chosen: list[int], level: str) -> _Matrix:
    """Let the visitor choose how much of the matrix to draw, and how."""
    offered = extents(counts, MANY, chosen)
    extent = next(iter(offered))
    if len(offered) > 1:
        names = {code: name for code, (name, _) in offered.items()}
        extent = choose("Shown", list(offered), names, f"confusion-{level}-{'-'.join(offered)}")
    order = choose("Order", list(ORDERS), ORDERS, "confusion-order")
    shares = st.toggle("Row percentages", value=True, key="confusion-shares", persist_state="session")
    mistakes_only = st.toggle("Mistakes only", key="confusion-mistakes", persist_state="session")
    shown = ordered(counts, grouping.names, offered[extent][1], together=order == "together")
    return _Matrix(grouping, counts, shown, shares, not mistakes_only)


def _draw(
    bundle: Bundle, report: Report, matrix: _Matrix, cell: Cell, key: str, on_pick: partial[None]
) -> None:
    names, total = matrix.grouping.names, len(matrix.counts)
    left_out = f" {len(matrix.shown)} of {total} shown." if len(matrix.shown) < total else ""
    figure = confusion_matrix(
        matrix.counts,
        names,
        matrix.shown,
        shares=matrix.shares,
        diagonal=matrix.diagonal,
        picked=cell,
    )
    exhibit(
        figure,
        key,
        "Confusion matrix",
        model_caption(bundle, report, NOTE + left_out),
        table=matrix_table(matrix.counts, names),
        on_pick=on_pick,
    )


def _pick(cells: list[Cell], chart: str, box: str) -> None:
    """Choose in the box the cell that was clicked in the chart."""
    cell = picked_cell(st.session_state[chart])
    if cell in cells:
        st.session_state[box] = cell

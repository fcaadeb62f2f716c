"""The confusion matrix as a figure whose cells can be picked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.common.escaping import plotly
from core.views.charts import sized
from core.views.formatting import counted, percent, shorten_category
from core.views.models.confusion import Cell, ConfusionMatrix

PICKED = "#CF3A93"
"""Outline of the picked cell: it stands out from light and dark grounds, and from blue and orange."""

ANNOTATED = 14
"""Up to this many categories, a cell has room for its number."""

WIDE = 20
"""This many squares fill the width of the figure."""


def confusion_chart(
    matrix: ConfusionMatrix,
    shown: np.ndarray,
    *,
    shares: bool,
    diagonal: bool = True,
    picked: Cell | None = None,
) -> go.Figure:
    """Draw a confusion matrix: rows are true, columns predicted; right cells in one hue, mistakes in another.

    A heatmap cannot be clicked in Streamlit, markers can: every cell with products carries an invisible
    square whose custom data are the indices of its true and its predicted group.

    Parameters
    ----------
    matrix
        The matrix.
    shown
        int64: the groups to draw, in order from the top and the left; shares stay those of the whole row.
    shares
        Whether a cell shows its share of the row, instead of its count.
    diagonal
        Whether right answers are drawn; without them the colours tell the mistakes apart better.
    picked
        The cell to outline.
    """
    all_counts = matrix.counts if diagonal else matrix.mistakes
    of_row = all_counts / np.maximum(matrix.counts.sum(axis=1, keepdims=True), 1)
    square = np.ix_(shown, shown)
    counts, parts = all_counts[square], of_row[square]
    k = len(shown)
    values = parts if shares else counts
    fullest = 1.0 if shares and diagonal else max(float(values.max(initial=0)), 1e-9)
    sign = np.where(np.eye(k, dtype=bool), 1.0, -1.0)
    text = None
    if k <= ANNOTATED:
        form = "{:.0%}" if shares else "{:,d}"
        text = [[form.format(value) if value else "" for value in row] for row in values.tolist()]
    gap = 1 if k <= 60 else 0
    colours = go.Heatmap(
        z=((values / fullest) ** 0.4 * sign).round(3),  # the root lets a few mistakes show
        zmin=-1,
        zmax=1,
        autocolorscale=True,
        showscale=False,
        text=text,
        texttemplate="%{text}" if text is not None else None,
        hoverinfo="skip",
        xgap=gap,
        ygap=gap,
    )
    cell = 44 if k <= ANNOTATED else 20 if k <= 60 else 11
    figure = go.Figure([colours, _targets(counts, parts, matrix.names, shown, cell)])
    _axes(figure, [matrix.names[index] for index in shown])
    if picked is not None and {picked.true, picked.predicted} <= set(shown.tolist()):
        _outline(figure, shown.tolist().index(picked.predicted), shown.tolist().index(picked.true))
    # Half a cell beyond the square: its whole cell takes the mouse, the empty one above it does not.
    figure.update_layout(showlegend=False, hovermode="closest", hoverdistance=max(4, cell // 2))
    return sized(figure, 190 + cell * k)


def _targets(
    counts: np.ndarray, parts: np.ndarray, names: Sequence[str], shown: np.ndarray, cell: int
) -> go.Scatter:
    """Return the squares that take the mouse."""
    rows, columns = np.nonzero(counts)
    # With few categories cells are far wider than high: several squares side by side fill one.
    spots = max(1, round(WIDE / len(shown)))
    offsets = np.tile((np.arange(spots) + 0.5) / spots - 0.5, len(rows)).round(3)
    rows, columns = np.repeat(rows, spots), np.repeat(columns, spots)
    return go.Scatter(
        x=columns + offsets,
        y=rows,
        mode="markers",
        marker={"symbol": "square", "size": cell - 2, "opacity": 0},
        # Invisible squares must stay so, and stay under the mouse, when another one is picked.
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
        customdata=np.column_stack([shown[rows], shown[columns]]),
        text=[
            _hover(names[shown[row]], names[shown[column]], int(counts[row, column]), parts[row, column])
            for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
        ],
        hovertemplate="%{text}<extra></extra>",
    )


def _hover(true: str, predicted: str, count: int, share: float) -> str:
    true, predicted = plotly(true), plotly(predicted)
    what = f"{true}: correct" if true == predicted else f"True: {true}<br>Predicted: {predicted}"
    return f"{what}<br>{counted(count, 'product')}, {percent(share)} of the row"


def _axes(figure: go.Figure, names: Sequence[str]) -> None:
    k = len(names)
    figure.update_xaxes(**_axis(names, "predicted", 1 + k // 60))  # columns are narrower than rows are high
    figure.update_yaxes(**_axis(names, "true", 1), range=[k - 0.5, -0.5])
    figure.update_xaxes(tickangle=0 if k <= 5 else -45 if k <= ANNOTATED else -90, range=[-0.5, k - 0.5])
    if ANNOTATED < k <= 60:
        figure.update_xaxes(tickfont={"size": 10 if k <= 24 else 8})


def _axis(names: Sequence[str], title: str, step: int) -> dict[str, Any]:
    positions = list(range(0, len(names), step))
    return {
        "title": title,
        "tickmode": "array",
        "tickvals": positions,
        "ticktext": [plotly(shorten_category(names[position])) for position in positions],
        "tickfont": {"size": 12 if len(names) <= 60 else 8},
        "automargin": True,
        "ticks": "",
        "showgrid": False,
        "zeroline": False,
    }


def _outline(figure: go.Figure, column: int, row: int) -> None:
    figure.add_shape(
        type="rect",
        x0=column - 0.5,
        x1=column + 0.5,
        y0=row - 0.5,
        y1=row + 0.5,
        line={"color": PICKED, "width": 2.5},
    )

"""Charts of the scores of models: overall, and by category; no Streamlit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.common.escaping import plotly
from core.evaluation.intervals import Interval
from core.views.charts import row_axis, sized
from core.views.maps.layers import REST, RIGHT, WRONG
from core.views.models.model_table import CATEGORY_SHARES

ROW = 0.66
"""The part of a row of `accuracy_chart` that its dots share."""

LINE = "rgba(128,140,155,.25)"
"""Between two rows."""

FAINT = 0.45
"""Opacity of bars, low enough for their intervals to show within them."""


def accuracy_chart(
    names: Sequence[str], series: Mapping[str, Sequence[Interval | None]], *, unit: str
) -> go.Figure:
    """Draw a row per head with a dot per input, one below the other: accuracies with their intervals.

    Parameters
    ----------
    names
        Row labels from the top.
    series
        Legend name -> one value per row, 0 to 1, None where there is none.
    unit
        What is measured.
    """
    symbols = ("circle", "diamond", "square", "triangle-up")
    figure, lower = go.Figure(), _side_by_side(list(series.values()))
    for number, (name, values) in enumerate(series.items()):
        rows = [row for row, value in enumerate(values) if value is not None]
        given = [value for value in values if value is not None]
        figure.add_scatter(
            x=[one.value for one in given],
            y=[row + lower[number, row] for row in rows],
            mode="markers",
            name=plotly(name),
            marker={"size": 11, "symbol": symbols[number % len(symbols)]},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [one.high - one.value for one in given],
                "arrayminus": [one.value - one.low for one in given],
                "thickness": 1.4,
                "width": 3,
            },
            customdata=[[names[row], one.low, one.high] for row, one in zip(rows, given, strict=True)],
            hovertemplate="%{customdata[0]}<br>" + name + f": %{{x:.1%}} {unit}"
            "<br>95% interval: %{customdata[1]:.1%} to %{customdata[2]:.1%}<extra></extra>",
        )
    row_axis(figure, names)
    lowest = min((one.low for values in series.values() for one in values if one is not None), default=0.0)
    margin = max(0.01, 0.05 * (1 - lowest))  # also where all values are the same
    figure.update_xaxes(title=unit, tickformat=".1~%", range=[lowest - margin, 1 + margin / 20])
    figure.update_traces(cliponaxis=False)  # a dot at 100% is whole
    figure.update_layout(legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0})
    for row in range(1, len(names)):
        figure.add_hline(row - 0.5, line={"width": 1, "color": LINE})
    return sized(figure, 130 + 44 * len(names))


def _side_by_side(series: Sequence[Sequence[Interval | None]]) -> np.ndarray:
    """Return how far below the middle of its row each value stands, (series, rows): none hides another.

    NaN where there is no value; a value that is alone in its row stands in the middle.
    """
    there = np.array([[value is not None for value in values] for values in series])
    order = np.where(there, there.cumsum(axis=0) - 1, np.nan)
    offsets: np.ndarray = (order - (there.sum(axis=0) - 1) / 2) * ROW / max(1, len(series))
    return offsets


def category_score_chart(table: pd.DataFrame) -> go.Figure:
    """Draw precision, recall and F1 of each category as coloured cells, its products as a bar beside them.

    Parameters
    ----------
    table
        Rows of `core.views.models.model_table.category_score_table`, drawn from the top. Cells without a
        score have no colour.
    """
    k = len(table)
    positions = np.arange(k)
    values = table[list(CATEGORY_SHARES)].to_numpy(dtype=float)
    lowest = float(np.nan_to_num(values, nan=1).min(initial=1))
    figure = make_subplots(
        rows=1, cols=2, shared_yaxes=True, column_widths=[0.74, 0.26], horizontal_spacing=0.02
    )
    figure.add_trace(
        go.Heatmap(
            z=values,
            x=list(CATEGORY_SHARES),
            y=positions,
            zmin=max(0.0, min(0.8, lowest - 0.1)),  # good scores must not all look the same
            zmax=1,
            showscale=False,
            texttemplate="%{z:.0%}",
            customdata=np.tile(table[["Category"]].map(plotly).to_numpy(dtype=object), len(CATEGORY_SHARES)),
            hovertemplate="%{customdata}<br>%{x}: %{z:.1%}<extra></extra>",
            hoverongaps=False,
            xgap=2,
            ygap=1,
        ),
        row=1,
        col=1,
    )
    figure.add_trace(
        go.Bar(
            x=table["Test products"],
            y=positions,
            orientation="h",
            marker={"color": REST},
            texttemplate="%{x:,d}",
            textposition="outside",
            cliponaxis=False,
            customdata=table["Category"].map(plotly),
            hovertemplate="%{customdata}<br>%{x:,d} test products<extra></extra>",
        ),
        row=1,
        col=2,
    )
    row = 26 if k <= 40 else 17
    row_axis(figure, table["Category"], font=12 if k <= 40 else 10)
    figure.update_xaxes(side="top", showgrid=False, zeroline=False)
    most = max(1, int(table["Test products"].max())) if k else 1
    figure.update_xaxes(title="test products", showticklabels=False, range=[0, 1.3 * most], row=1, col=2)
    figure.update_layout(showlegend=False)
    return sized(figure, 80 + row * k)


def difference_chart(table: pd.DataFrame, *, first: str = "A", second: str = "B") -> go.Figure:
    """Draw the difference in accuracy of two models, a bar per category with its interval.

    Parameters
    ----------
    table
        Rows of `core.views.models.comparison_tables.gain_table`, drawn from the top.
    first, second
        What the legend calls the two.
    """
    k = len(table)
    difference = table["Difference"].to_numpy(dtype=float)
    clear = table["Statistically clear"].to_numpy(dtype=bool)
    figure = go.Figure()
    for name, colour, mask in (
        (f"{first} is better", RIGHT, clear & (difference > 0)),
        (f"{second} is better", WRONG, clear & (difference < 0)),
        ("could be chance", REST, ~clear),
    ):
        if mask.any():
            figure.add_trace(_difference_bars(table[mask], np.flatnonzero(mask), name, colour))
    row_axis(figure, table["Category"])
    figure.update_xaxes(title="difference in accuracy, percentage points", zeroline=True)
    figure.update_layout(
        showlegend=True,
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
        barmode="overlay",
        bargap=0.35,
    )
    return sized(figure, 130 + 24 * k)


def _difference_bars(table: pd.DataFrame, positions: np.ndarray, name: str, colour: str) -> go.Bar:
    value = table["Difference"].to_numpy(dtype=float)
    return go.Bar(
        x=value,
        y=positions,
        orientation="h",
        name=name,
        marker={"color": colour, "opacity": FAINT},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": table["High"].to_numpy(dtype=float) - value,
            "arrayminus": value - table["Low"].to_numpy(dtype=float),
            "thickness": 1.6,
            "width": 4,
            "color": colour,
        },
        customdata=table.assign(Category=table["Category"].map(plotly))[
            ["Category", "Low", "High", "Test products", "p, Holm-adjusted"]
        ].to_numpy(dtype=object),
        hovertemplate="%{customdata[0]}: %{x:+.1f} points<br>95% interval: %{customdata[1]:+.1f} to "
        "%{customdata[2]:+.1f}<br>%{customdata[3]:,d} test products, p = %{customdata[4]:.2g}<extra></extra>",
    )

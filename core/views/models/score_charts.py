"""Charts of the scores of models: overall, and by category; no Streamlit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.common.escaping import plotly
from core.views.charts import name_axis, row_axis, sized
from core.views.maps.layers import REST, RIGHT, WRONG
from core.views.models.model_table import CATEGORY_SHARES

FAINT = 0.45
"""Opacity of bars, low enough for their intervals to show within them."""


def accuracy_chart(
    names: Sequence[str], series: Mapping[str, Sequence[float | None]], *, unit: str
) -> go.Figure:
    """Draw a row per head with a dot per input: the accuracy of each model.

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
    figure = go.Figure(
        [
            go.Scatter(
                x=list(values),
                y=[plotly(each) for each in names],
                mode="markers",
                name=plotly(name),
                marker={"size": 13, "symbol": symbols[i % len(symbols)]},
                hovertemplate="%{y}<br>" + plotly(name) + f": %{{x:.1%}} {unit}<extra></extra>",
            )
            for i, (name, values) in enumerate(series.items())
        ]
    )
    name_axis(figure, names)
    figure.update_yaxes(showgrid=True)
    lowest = min((x for values in series.values() for x in values if x is not None), default=0.0)
    margin = max(0.01, 0.05 * (1 - lowest))  # also where all values are the same
    figure.update_xaxes(title=unit, tickformat=".1~%", range=[lowest - margin, 1 + margin])
    figure.update_layout(legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0})
    return sized(figure, 130 + 44 * len(names))


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

"""Charts of how values are distributed: lengths, prices, image sizes and shapes; no Streamlit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from core.common.escaping import plotly
from core.views.charts import row_axis, sized
from core.views.dataset.measures import SHAPES

if TYPE_CHECKING:
    import pandas as pd


def histogram(values: np.ndarray, *, unit: str, bins: int = 40, log: bool = False) -> go.Figure:
    """Draw how many products have which value; binned here, so that the browser gets few numbers.

    Parameters
    ----------
    values
        float (n,), finite; positive where `log`.
    unit
        What is measured.
    bins
        How many bars at most.
    log
        Whether the bins are of equal width on a logarithmic scale, as for prices.
    """
    values = np.asarray(values, dtype=float)
    low, high = float(values.min()), float(values.max())
    if low == high:
        edges = np.array([low - 0.5, high + 0.5])
    elif log:
        edges = np.geomspace(low, high, bins + 1)
    else:
        edges = np.linspace(low, high, bins + 1)
    edges[0], edges[-1] = min(edges[0], low), max(edges[-1], high)  # rounding must not lose the extremes
    counts, _ = np.histogram(values, edges)
    figure = go.Figure(
        go.Bar(
            x=(np.sqrt(edges[:-1] * edges[1:]) if log and low != high else (edges[:-1] + edges[1:]) / 2),
            y=counts,
            width=np.diff(edges) * 0.94,
            customdata=np.column_stack([edges[:-1], edges[1:]]),
            hovertemplate="%{customdata[0]:,.0f} to %{customdata[1]:,.0f} "
            + f"{unit}<br>%{{y:,d}} products<extra></extra>",
        )
    )
    figure.update_xaxes(title=unit, type="log" if log and low != high else "linear", showgrid=False)
    if log and low != high:
        figure.update_xaxes(dtick=1, tickformat=",d")
    figure.update_yaxes(title="products", tickformat=",d")
    return sized(figure, 300)


def image_size_chart(widths: np.ndarray, heights: np.ndarray, counts: np.ndarray) -> go.Figure:
    """Draw a bubble for every image size, its area the number of products that have it."""
    counts = np.asarray(counts)
    figure = go.Figure(
        go.Scatter(
            x=np.asarray(widths),
            y=np.asarray(heights),
            mode="markers",
            marker={
                "size": counts,
                "sizemode": "area",
                "sizeref": 2.0 * max(1, int(counts.max())) / 34**2,
                "sizemin": 4,
                "opacity": 0.7,
            },
            customdata=counts,
            hovertemplate="%{x} × %{y} pixels<br>%{customdata:,d} products<extra></extra>",
        )
    )
    figure.update_xaxes(title="width in pixels", rangemode="tozero", tickformat=",d")
    figure.update_yaxes(title="height in pixels", rangemode="tozero", tickformat=",d")
    return sized(figure, 300)


def box_chart(table: pd.DataFrame, *, unit: str, log: bool = False) -> go.Figure:
    """Draw a box per category from the quantiles of its values, the first at the top.

    Parameters
    ----------
    table
        Rows of `core.views.dataset.measures.spread`.
    unit
        What is measured.
    log
        Whether the axis is logarithmic.
    """
    k = len(table)
    figure = go.Figure(
        go.Box(
            y=np.arange(k),
            orientation="h",
            lowerfence=table["5%"],
            q1=table["25%"],
            median=table["Median"],
            q3=table["75%"],
            upperfence=table["95%"],
            line={"width": 1.5},
            hoverinfo="skip",
        )
    )
    # One hover text per box; the box's own hover would show five labels.
    figure.add_trace(
        go.Scatter(
            x=table["Median"],
            y=np.arange(k),
            mode="markers",
            marker={"size": 14, "opacity": 0},
            customdata=_named(table)[["Category", "5%", "25%", "Median", "75%", "95%", "Products"]],
            hovertemplate="<b>%{customdata[0]}</b>, %{customdata[6]:,d} products<br>"
            "median: %{customdata[3]:,.0f}<br>"
            "middle 50%: %{customdata[2]:,.0f} to %{customdata[4]:,.0f}<br>"
            "90%: %{customdata[1]:,.0f} to %{customdata[5]:,.0f}<extra></extra>",
        )
    )
    row_axis(figure, table["Category"])
    figure.update_xaxes(title=unit, tickformat=",d", showgrid=True)
    if log:
        figure.update_xaxes(type="log", dtick=1)
    else:
        figure.update_xaxes(rangemode="tozero")
    figure.update_layout(showlegend=False, boxgap=0.4, hovermode="y")
    return sized(figure, 70 + 26 * k)


def shape_chart(table: pd.DataFrame) -> go.Figure:
    """Draw which share of each category's images is upright, square or wide.

    Parameters
    ----------
    table
        Rows of `core.views.dataset.measures.shape_table`, drawn from the top.
    """
    images = np.maximum(table["Images"].to_numpy(), 1)
    figure = go.Figure(
        [
            go.Bar(
                x=table[shape] / images,
                y=np.arange(len(table)),
                orientation="h",
                name=shape,
                customdata=_named(table)[["Category", shape, "Images"]],
                hovertemplate="%{customdata[0]}<br>"
                + f"{shape}: %{{customdata[1]:,d}} of %{{customdata[2]:,d}} images (%{{x:.1%}})"
                + "<extra></extra>",
            )
            for shape in SHAPES
        ]
    )
    row_axis(figure, table["Category"])
    figure.update_xaxes(tickformat=".0%", range=[0, 1], showgrid=False)
    figure.update_layout(
        barmode="stack",
        bargap=0.3,
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0, "traceorder": "normal"},
    )
    return sized(figure, 90 + 24 * len(table))


def _named(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with its categories as plotly takes them."""
    return table.assign(Category=table["Category"].map(plotly))

"""Plotly figures of catalogues and models: pure functions, no Streamlit.

Colours that mean "one of several" are left to the figure's template, so that they follow the app's light or
dark theme. Colours set here are mid-tones that read on both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

LABEL_LENGTH = 28


def shorten(text: str, length: int = LABEL_LENGTH) -> str:
    """Cut `text` to `length` characters, the last an ellipsis where something was cut."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def bars(names: Sequence[str], values: Sequence[float], *, unit: str, number: str = ",d") -> go.Figure:
    """Draw one horizontal bar a name, in the order given from the top, its value written beside it.

    Parameters
    ----------
    names
        Labels, each once.
    values
        Their lengths.
    unit
        What is measured, for the hover text.
    number
        d3 format of a value: ``,d`` for counts, ``.0%`` for shares.
    """
    text = f"%{{x:{number}}}"
    figure = go.Figure(
        go.Bar(
            x=np.asarray(values),
            y=list(names),
            orientation="h",
            texttemplate=text,
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}<br>" + text + f" {unit}<extra></extra>",
        )
    )
    _name_axis(figure, names)
    figure.update_xaxes(rangemode="tozero", showgrid=False, showticklabels=False, zeroline=False)
    return frame(figure, 24 + 24 * len(names))


def histogram(values: np.ndarray, *, unit: str, bins: int = 40, log: bool = False) -> go.Figure:
    """Draw how many products have which value; the bins are counted here, so the browser gets few numbers.

    Parameters
    ----------
    values
        float (n,), finite; positive where `log`.
    unit
        What is measured.
    bins
        How many bars at most.
    log
        Whether the bins grow by a factor (for prices) instead of by a step.
    """
    values = np.asarray(values, dtype=float)
    low, high = float(values.min()), float(values.max())
    if low == high:
        edges = np.array([low - 0.5, high + 0.5])
    elif log:
        edges = np.geomspace(low, high, bins + 1)
    else:
        edges = np.linspace(low, high, bins + 1)
    edges[0], edges[-1] = min(edges[0], low), max(edges[-1], high)  # rounding must not lose the ends
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
    return frame(figure, 300)


def image_sizes(widths: np.ndarray, heights: np.ndarray, counts: np.ndarray) -> go.Figure:
    """Draw a bubble for every picture size, its area the number of products that have it."""
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
    return frame(figure, 300)


def missing(shares: np.ndarray, categories: Sequence[str], fields: Sequence[str]) -> go.Figure:
    """Draw which share of each category lacks each field.

    Parameters
    ----------
    shares
        float (categories, fields), 0 to 1.
    """
    figure = go.Figure(
        go.Heatmap(
            z=np.asarray(shares, dtype=float),
            x=list(fields),
            y=list(categories),
            zmin=0,
            zmax=1,
            texttemplate="%{z:.0%}" if len(categories) <= 30 else None,
            hovertemplate="%{y}<br>%{x}: missing in %{z:.1%}<extra></extra>",
            showscale=False,
            xgap=2,
            ygap=2,
        )
    )
    _name_axis(figure, categories)
    figure.update_xaxes(side="top", showgrid=False)
    return frame(figure, 70 + 26 * len(categories))


def compare(names: Sequence[str], series: Mapping[str, Sequence[float | None]], *, unit: str) -> go.Figure:
    """Draw one row a name and one dot a series: what each head reaches with each modality.

    Parameters
    ----------
    names
        Row labels from the top.
    series
        Legend name -> one value a row, 0 to 1, None where there is none.
    """
    symbols = ("circle", "diamond", "square", "triangle-up")
    figure = go.Figure(
        [
            go.Scatter(
                x=list(values),
                y=list(names),
                mode="markers",
                name=name,
                marker={"size": 13, "symbol": symbols[i % len(symbols)]},
                hovertemplate="%{y}<br>" + name + f": %{{x:.1%}} {unit}<extra></extra>",
            )
            for i, (name, values) in enumerate(series.items())
        ]
    )
    _name_axis(figure, names)
    figure.update_yaxes(showgrid=True)
    figure.update_xaxes(title=unit, tickformat=".1~%")
    figure.update_layout(legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0})
    return frame(figure, 130 + 44 * len(names))


def _name_axis(figure: go.Figure, names: Sequence[str]) -> None:
    """Put names on the y axis, shortened, the first at the top, small where there are many."""
    figure.update_yaxes(
        type="category",
        tickmode="array",
        tickvals=list(names),
        ticktext=[shorten(name) for name in names],
        tickfont={"size": 12 if len(names) <= 60 else 8},
        automargin=True,
        showgrid=False,
        autorange="reversed",
    )


def frame(figure: go.Figure, height: int) -> go.Figure:
    """Give a figure its height in pixels and narrow margins."""
    figure.update_layout(height=height, margin={"l": 8, "r": 24, "t": 8, "b": 8})
    return figure

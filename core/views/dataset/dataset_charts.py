"""Plotly figures of a catalogue: its long tail, its tree, its texts, pictures and prices; no Streamlit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from core.taxonomy.tree import ROOT
from core.views.dataset.long_tail import GOAL
from core.views.dataset.measures import SHAPES
from core.views.theme import frame, shorten

if TYPE_CHECKING:
    import pandas as pd

    from core.taxonomy.tree import Tree
    from core.views.dataset.long_tail import LongTail

MARK = "#7A8794"
LEVELS_SHOWN = 3


def long_tail(tail: LongTail) -> go.Figure:
    """Draw which share of the products the 1, 2, 3 ... largest categories hold together."""
    counts, shares = tail.counts, tail.shares
    ranks = np.arange(1, len(counts) + 1)
    figure = go.Figure(
        go.Scatter(
            x=ranks,
            y=shares,
            mode="lines+markers",
            marker={"size": 6},
            customdata=np.column_stack([counts.index.to_numpy(dtype=object), counts.to_numpy()]),
            hovertemplate="%{customdata[0]}: %{customdata[1]:,d} products<br>"
            "With it the largest %{x} hold %{y:.1%}<extra></extra>",
        )
    )
    line = {"color": MARK, "width": 1.5, "dash": "dot"}
    figure.add_shape(type="line", x0=0, x1=tail.head, y0=GOAL, y1=GOAL, line=line)
    figure.add_shape(type="line", x0=tail.head, x1=tail.head, y0=0, y1=shares[tail.head - 1], line=line)
    figure.update_xaxes(title="largest categories", range=[0, len(counts) * 1.03], tickformat=",d")
    if len(counts) <= 10:
        figure.update_xaxes(dtick=1)
    figure.update_yaxes(title="share of all products", tickformat=".0%", range=[0, 1.04])
    return frame(figure, 320)


def treemap(tree: Tree) -> go.Figure:
    """Draw a tree as boxes within boxes, their areas the products; a click opens a box."""
    numbers = [str(at) for at in range(len(tree.paths))]
    figure = go.Figure(
        go.Treemap(
            ids=numbers,
            labels=tree.names,
            parents=["" if parent < 0 else numbers[parent] for parent in tree.parents],
            values=tree.products,
            branchvalues="total",
            maxdepth=LEVELS_SHOWN,
            root={"color": "rgba(128,140,155,.18)"},
            marker={"pad": {"t": 24, "l": 4, "r": 4, "b": 4}, "cornerradius": 4},
            tiling={"pad": 2},
            texttemplate="%{label}<br>%{value:,d}",
            customdata=[" › ".join(path) or ROOT for path in tree.paths],
            hovertemplate="%{customdata}<br>%{value:,d} products, %{percentRoot:.1%} of what is shown"
            "<extra></extra>",
            pathbar={"thickness": 24},
        )
    )
    return frame(figure, 520).update_layout(margin={"l": 0, "r": 0, "t": 28, "b": 0})


def boxes(table: pd.DataFrame, *, unit: str, log: bool = False) -> go.Figure:
    """Draw how the values of each category are spread, a box a category, the first at the top.

    Parameters
    ----------
    table
        Rows of `core.views.dataset.measures.spread`.
    unit
        What is measured.
    log
        Whether the axis grows by factors.
    """
    k = len(table)
    figure = go.Figure(
        go.Box(
            y=np.arange(k),
            orientation="h",
            lowerfence=table["Low"],
            q1=table["Quarter"],
            median=table["Median"],
            q3=table["Three quarters"],
            upperfence=table["High"],
            line={"width": 1.5},
            hoverinfo="skip",
        )
    )
    # One point a box says all of it at once; the box's own hover text would be five labels.
    figure.add_trace(
        go.Scatter(
            x=table["Median"],
            y=np.arange(k),
            mode="markers",
            marker={"size": 14, "opacity": 0},
            customdata=table[["Category", "Low", "Quarter", "Median", "Three quarters", "High", "Products"]],
            hovertemplate="<b>%{customdata[0]}</b>, %{customdata[6]:,d} products<br>"
            "half: %{customdata[3]:,.0f} or more<br>"
            "middle half: %{customdata[2]:,.0f} to %{customdata[4]:,.0f}<br>"
            "nine in ten: %{customdata[1]:,.0f} to %{customdata[5]:,.0f}<extra></extra>",
        )
    )
    _rows(figure, table["Category"])
    figure.update_xaxes(title=unit, tickformat=",d", showgrid=True)
    if log:
        figure.update_xaxes(type="log", dtick=1)
    else:
        figure.update_xaxes(rangemode="tozero")
    figure.update_layout(showlegend=False, boxgap=0.4, hovermode="y")
    return frame(figure, 70 + 26 * k)


def shapes(table: pd.DataFrame) -> go.Figure:
    """Draw which share of each category's pictures has which shape.

    Parameters
    ----------
    table
        Rows of `core.views.dataset.measures.shape_table`, drawn from the top.
    """
    pictures = np.maximum(table["Pictures"].to_numpy(), 1)
    figure = go.Figure(
        [
            go.Bar(
                x=table[shape] / pictures,
                y=np.arange(len(table)),
                orientation="h",
                name=shape,
                customdata=table[["Category", shape, "Pictures"]],
                hovertemplate="%{customdata[0]}<br>"
                + f"{shape}: %{{customdata[1]:,d}} of %{{customdata[2]:,d}} pictures (%{{x:.0%}})"
                + "<extra></extra>",
            )
            for shape in SHAPES
        ]
    )
    _rows(figure, table["Category"])
    figure.update_xaxes(tickformat=".0%", range=[0, 1], showgrid=False)
    figure.update_layout(
        barmode="stack",
        bargap=0.3,
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0, "traceorder": "normal"},
    )
    return frame(figure, 90 + 24 * len(table))


def word_shares(table: pd.DataFrame, category: str) -> go.Figure:
    """Draw how many of a category's texts have a word, and how many of the others.

    Parameters
    ----------
    table
        Rows of `core.views.dataset.marking_words.MarkingWords.of`, drawn from the top.
    category
        What the legend calls the category.
    """
    k = len(table)
    figure = go.Figure()
    for name, column, symbol in (
        (shorten(category), "Here", "circle"),
        ("All others", "Elsewhere", "diamond-open"),
    ):
        figure.add_trace(
            go.Scatter(
                x=table[column],
                y=np.arange(k),
                mode="markers",
                name=name,
                marker={"size": 10, "symbol": symbol, "line": {"width": 2}},
                customdata=table["Word"],
                hovertemplate=f"“%{{customdata}}” is in %{{x:.1%}} of the texts<br>{name}<extra></extra>",
            )
        )
    ends = np.column_stack([table["Elsewhere"], table["Here"], np.full(k, np.nan)]).ravel()
    figure.add_trace(
        go.Scatter(  # last, so that it takes no colour from the two; drawn under them
            x=ends,
            y=np.repeat(np.arange(k), 3),
            mode="lines",
            line={"color": MARK, "width": 1.5},
            zorder=-1,
            hoverinfo="skip",
            showlegend=False,
        )
    )
    _rows(figure, table["Word"])
    most = float(table[["Here", "Elsewhere"]].to_numpy().max(initial=0.01))
    figure.update_xaxes(title="share of the texts", tickformat=".0%", range=[-0.03 * most, 1.06 * most])
    figure.update_xaxes(zeroline=False)
    figure.update_layout(
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0, "itemsizing": "trace"}
    )
    return frame(figure, 110 + 26 * k)


def _rows(figure: go.Figure, names: pd.Series) -> None:
    """Put names on a y axis of places 0, 1 ..., the first at the top."""
    k = len(names)
    figure.update_yaxes(
        range=[k - 0.5, -0.5],
        tickmode="array",
        tickvals=np.arange(k),
        ticktext=[shorten(name) for name in names],
        tickfont={"size": 12 if k <= 60 else 9},
        automargin=True,
        ticks="",
        showgrid=False,
        zeroline=False,
    )

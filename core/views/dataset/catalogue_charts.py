"""Charts of the categories of a catalogue: sizes, gaps, words; no Streamlit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from core.common.escaping import plotly
from core.views.charts import name_axis, row_axis, sized
from core.views.dataset.long_tail import GOAL
from core.views.formatting import shorten_category

if TYPE_CHECKING:
    import pandas as pd

    from core.views.dataset.long_tail import LongTail


MARK = "#7A8794"


def long_tail_chart(tail: LongTail) -> go.Figure:
    """Draw the cumulative share of products in the 1, 2, 3 ... largest categories."""
    counts, shares = tail.counts, tail.shares
    ranks = np.arange(1, len(counts) + 1)
    figure = go.Figure(
        go.Scatter(
            x=ranks,
            y=shares,
            mode="lines+markers",
            marker={"size": 6},
            customdata=np.column_stack([counts.index.map(plotly).to_numpy(dtype=object), counts.to_numpy()]),
            hovertemplate="%{customdata[0]}: %{customdata[1]:,d} products<br>"
            "The %{x} largest categories hold %{y:.1%} of all products<extra></extra>",
        )
    )
    line = {"color": MARK, "width": 1.5, "dash": "dot"}
    figure.add_shape(type="line", x0=0, x1=tail.head, y0=GOAL, y1=GOAL, line=line)
    figure.add_shape(type="line", x0=tail.head, x1=tail.head, y0=0, y1=shares[tail.head - 1], line=line)
    figure.update_xaxes(
        title="number of categories, largest first", range=[0, len(counts) * 1.03], tickformat=",d"
    )
    if len(counts) <= 10:
        figure.update_xaxes(dtick=1)
    figure.update_yaxes(title="cumulative share of products", tickformat=".0%", range=[0, 1.04])
    return sized(figure, 320)


def missing_chart(shares: np.ndarray, categories: Sequence[str], fields: Sequence[str]) -> go.Figure:
    """Draw the share of each category's products that lack each field.

    Parameters
    ----------
    shares
        float (categories, fields), 0 to 1.
    """
    figure = go.Figure(
        go.Heatmap(
            z=np.asarray(shares, dtype=float),
            x=[plotly(field) for field in fields],
            y=[plotly(category) for category in categories],
            zmin=0,
            zmax=1,
            texttemplate="%{z:.0%}" if len(categories) <= 30 else None,
            hovertemplate="%{y}<br>%{x}: missing for %{z:.1%} of the products<extra></extra>",
            showscale=False,
            xgap=2,
            ygap=2,
        )
    )
    name_axis(figure, categories)
    figure.update_xaxes(side="top", showgrid=False)
    return sized(figure, 70 + 26 * len(categories))


def word_share_chart(table: pd.DataFrame, category: str) -> go.Figure:
    """Draw the share of a category's texts, and of all other texts, that contain each word.

    Parameters
    ----------
    table
        Rows of `core.bundle.marking_words.MarkingWords.of`, drawn from the top.
    category
        What the legend calls the category.
    """
    k = len(table)
    figure = go.Figure()
    for name, column, symbol in (
        (plotly(shorten_category(category)), "This category", "circle"),
        ("Other categories", "Other categories", "diamond-open"),
    ):
        figure.add_trace(
            go.Scatter(
                x=table[column],
                y=np.arange(k),
                mode="markers",
                name=name,
                marker={"size": 10, "symbol": symbol, "line": {"width": 2}},
                customdata=table["Word"].map(plotly),
                hovertemplate=f"“%{{customdata}}” occurs in %{{x:.1%}} of the texts<br>{name}<extra></extra>",
            )
        )
    ends = np.column_stack([table["Other categories"], table["This category"], np.full(k, np.nan)]).ravel()
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
    row_axis(figure, table["Word"])
    most = float(table[["This category", "Other categories"]].to_numpy().max(initial=0.01))
    figure.update_xaxes(
        title="share of texts with the word", tickformat=".0%", range=[-0.03 * most, 1.06 * most]
    )
    figure.update_xaxes(zeroline=False)
    figure.update_layout(
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0, "itemsizing": "trace"}
    )
    return sized(figure, 110 + 26 * k)

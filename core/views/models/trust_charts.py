"""Plotly figures of how far answers may be trusted: pure functions, no Streamlit."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from core.evaluation.coverage import CoverageCurve
from core.evaluation.reliability import Reliability
from core.views.charts import sized

HEIGHT = 320
GREY = "rgba(128,128,128,0.7)"
MOST_POINTS = 400


def reliability_diagram(found: Reliability) -> go.Figure:
    """Draw the share that is right against confidence, a bar a bin; true confidence follows the diagonal."""
    filled = found.counts > 0
    middle = (found.edges[:-1] + found.edges[1:]) / 2
    figure = go.Figure(
        [
            go.Bar(
                x=middle[filled],
                y=found.accuracy[filled],
                width=np.diff(found.edges)[filled] * 0.92,
                customdata=np.column_stack([found.counts, found.confidence])[filled],
                hovertemplate="%{customdata[0]:,d} products, %{customdata[1]:.0%} confident on average"
                "<br>%{y:.1%} of them right<extra></extra>",
            ),
            go.Scatter(
                x=[0, 1], y=[0, 1], mode="lines", line={"dash": "dot", "color": GREY}, hoverinfo="skip"
            ),
        ]
    )
    figure.update_layout(showlegend=False)
    figure.update_xaxes(title="confidence", range=[0, 1], tickformat=".0%")
    figure.update_yaxes(title="share that is right", range=[0, 1.02], tickformat=".0%")
    return sized(figure, HEIGHT)


def coverage_diagram(curve: CoverageCurve, threshold: float) -> go.Figure:
    """Draw how many answers of those above a confidence are right, against how many those are.

    Parameters
    ----------
    curve
        Of the rows shown.
    threshold
        The confidence whose place is marked.
    """
    places = np.unique(np.linspace(0, len(curve.coverage) - 1, MOST_POINTS).astype(int))
    figure = go.Figure(
        go.Scatter(
            x=curve.coverage[places],
            y=curve.accuracy[places],
            customdata=curve.thresholds[places],
            mode="lines",
            hovertemplate="confidence %{customdata:.0%} and more: %{x:.0%} of the products"
            "<br>%{y:.1%} of them right<extra></extra>",
        )
    )
    above = np.flatnonzero(curve.thresholds >= threshold)
    if len(above):
        at = above[np.argmax(curve.coverage[above])]
        figure.add_scatter(
            x=[curve.coverage[at]],
            y=[curve.accuracy[at]],
            mode="markers",
            marker={"size": 12, "symbol": "diamond"},
            hovertemplate=f"threshold {threshold:.1%}: %{{x:.0%}} of the products"
            "<br>%{y:.1%} of them right<extra></extra>",
        )
    lowest = float(curve.accuracy[places].min())
    figure.update_layout(showlegend=False)
    figure.update_xaxes(title="share of the products accepted", range=[0, 1.01], tickformat=".0%")
    figure.update_yaxes(title="share that is right", range=[max(0, lowest - 0.02), 1.005], tickformat=".1%")
    return sized(figure, HEIGHT)

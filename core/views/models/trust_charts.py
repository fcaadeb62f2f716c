"""Charts of how reliable a model's confidence is; pure functions, no Streamlit."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from core.evaluation.coverage import CoverageCurve
from core.evaluation.reliability import Reliability
from core.views.charts import sized

HEIGHT = 320
GREY = "rgba(128,128,128,0.7)"
MOST_POINTS = 400


def reliability_diagram(reliability: Reliability) -> go.Figure:
    """Draw accuracy against confidence, a bar per bin with the number of its products.

    Calibrated confidence follows the diagonal.
    """
    filled = reliability.counts > 0
    middle = (reliability.edges[:-1] + reliability.edges[1:]) / 2
    figure = go.Figure(
        [
            go.Bar(
                x=middle[filled],
                y=reliability.accuracy[filled],
                width=np.diff(reliability.edges)[filled] * 0.92,
                customdata=np.column_stack([reliability.counts, reliability.confidence])[filled],
                text=[f"{count:,}" for count in reliability.counts[filled].tolist()],
                textangle=-90,  # so that thousands have room above a narrow bar
                textposition="outside",
                textfont={"size": 11},
                constraintext="none",
                cliponaxis=False,
                hovertemplate="%{customdata[0]:,d} products, mean confidence %{customdata[1]:.1%}"
                "<br>accuracy %{y:.1%}<extra></extra>",
            ),
            go.Scatter(
                x=[0, 1], y=[0, 1], mode="lines", line={"dash": "dot", "color": GREY}, hoverinfo="skip"
            ),
        ]
    )
    figure.update_layout(showlegend=False)
    figure.update_xaxes(title="confidence", range=[0, 1], tickformat=".0%")
    figure.update_yaxes(title="accuracy", range=[0, 1.16], tickvals=np.linspace(0, 1, 6), tickformat=".0%")
    return sized(figure, HEIGHT)


def coverage_diagram(curve: CoverageCurve, threshold: float) -> go.Figure:
    """Draw the accuracy of the answers above a confidence against their share of all products.

    Parameters
    ----------
    curve
        Accuracy and coverage of the answers shown.
    threshold
        The confidence to mark on the curve.
    """
    drawn = np.unique(np.linspace(0, len(curve.coverage) - 1, MOST_POINTS).astype(int))
    figure = go.Figure(
        go.Scatter(
            x=curve.coverage[drawn],
            y=curve.accuracy[drawn],
            customdata=curve.thresholds[drawn],
            mode="lines",
            hovertemplate="confidence of %{customdata:.1%} or more: %{x:.1%} of the products"
            "<br>accuracy %{y:.1%}<extra></extra>",
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
            hovertemplate=f"threshold {threshold:.1%}: %{{x:.1%}} of the products"
            "<br>accuracy %{y:.1%}<extra></extra>",
        )
    lowest = float(curve.accuracy[drawn].min())
    figure.update_layout(showlegend=False)
    figure.update_xaxes(title="share of products accepted", range=[0, 1.01], tickformat=".0%")
    figure.update_yaxes(title="accuracy", range=[max(0, lowest - 0.02), 1.005], tickformat=".1%")
    return sized(figure, HEIGHT)

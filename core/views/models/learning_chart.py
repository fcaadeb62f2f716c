"""A learning curve as a figure, a sentence and a table; no Streamlit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from core.views.charts import sized
from core.views.formatting import percent, percent_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from core.building.learning_curve import LearningPoint


def learning_chart(points: Sequence[LearningPoint]) -> go.Figure:
    """Draw accuracy on training and on test products against the training products."""
    products = [point.products for point in points]
    figure = go.Figure(
        [
            go.Scatter(
                x=products,
                y=[point.test.value for point in points],
                mode="lines+markers",
                name="test products",
                marker={"size": 10, "symbol": "circle"},
                error_y={
                    "type": "data",
                    "symmetric": False,
                    "array": [point.test.high - point.test.value for point in points],
                    "arrayminus": [point.test.value - point.test.low for point in points],
                    "thickness": 1.4,
                    "width": 4,
                },
                hovertemplate="%{x:,d} training products<br>%{y:.1%} of the test products<extra></extra>",
            ),
            go.Scatter(
                x=products,
                y=[point.training for point in points],
                mode="lines+markers",
                name="its own training products",
                marker={"size": 10, "symbol": "diamond"},
                line={"dash": "dash"},
                hovertemplate="%{x:,d} training products<br>%{y:.1%} of these<extra></extra>",
            ),
        ]
    )
    figure.update_xaxes(title="training products", rangemode="tozero", tickformat=",d")
    figure.update_yaxes(title="accuracy", tickformat=".0%")
    figure.update_layout(legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0})
    return sized(figure, 360)


def learning_sentence(points: Sequence[LearningPoint]) -> str:
    """Say whether the last products that were added still helped."""
    if len(points) < 2:
        return "There are too few training products for a curve."
    before, last = points[-2], points[-1]
    gained = last.test.value - before.test.value
    grew = f"From {before.products:,} to {last.products:,} training products accuracy changed by "
    grew += f"{100 * gained:+.1f} points, to {percent(last.test.value)} "
    grew += f"(95% interval: {percent_interval((last.test.low, last.test.high))})."
    if last.test.value > before.test.high:
        return f"{grew} More products would probably help."
    return f"{grew} That could be chance: whether more products would help is open."


def learning_table(points: Sequence[LearningPoint]) -> pd.DataFrame:
    """Return the points of a learning curve as a table; shares 0 to 1."""
    import pandas as pd

    return pd.DataFrame(
        {
            "Training products": [point.products for point in points],
            "Accuracy, training": [point.training for point in points],
            "Accuracy, test": [point.test.value for point in points],
            "Low": [point.test.low for point in points],
            "High": [point.test.high for point in points],
        }
    )

"""ROC and precision-recall curves as figures; pure functions, no Streamlit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from core.evaluation.score_curves import ScoreCurves
from core.views.charts import sized
from core.views.formatting import shorten_category

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

HEIGHT = 360
GREY = "rgba(128,128,128,0.7)"
MOST_POINTS = 400
ALL = "Macro average"
"""The name of the mean over categories."""


def roc_chart(curves: Mapping[str, ScoreCurves]) -> go.Figure:
    """Draw ROC curves, name -> curves; a model that guesses follows the diagonal."""
    figure = go.Figure(
        [
            _line(name, one.false_positive_rate, one.true_positive_rate, f"AUC {one.roc_auc:.3f}", i)
            for i, (name, one) in enumerate(curves.items())
        ]
    )
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", line={"dash": "dot", "color": GREY}, hoverinfo="skip",
        showlegend=False,
    )  # fmt: skip
    return _square(figure, "false positive rate", "true positive rate")


def precision_recall_chart(curves: Mapping[str, ScoreCurves]) -> go.Figure:
    """Draw precision against recall, name -> curves, up to where all products of a category are found."""
    figure = go.Figure()
    for number, (name, one) in enumerate(curves.items()):
        found = int(np.searchsorted(one.recall, 1)) + 1
        area = f"AP {one.average_precision:.3f}"
        figure.add_trace(_line(name, one.recall[:found], one.precision[:found], area, number))
    return _square(figure, "recall", "precision")


def area_table(curves: Mapping[int, ScoreCurves], classes: Sequence[str]) -> pd.DataFrame:
    """Return the areas of each category, the lowest average precision first."""
    import pandas as pd

    table = pd.DataFrame(
        {
            "Category": [classes[category] for category in curves],
            "ROC AUC": [one.roc_auc for one in curves.values()],
            "Average precision": [one.average_precision for one in curves.values()],
            "Test products": [one.positives for one in curves.values()],
        }
    )
    return table.sort_values(["Average precision", "Category"], ignore_index=True)


def _line(name: str, x: np.ndarray, y: np.ndarray, area: str, number: int) -> go.Scatter:
    kept = np.unique(np.linspace(0, len(x) - 1, MOST_POINTS).astype(int))
    return go.Scatter(
        x=x[kept].round(5),
        y=y[kept].round(5),
        mode="lines",
        name=f"{shorten_category(name)} · {area}",
        line={"dash": ("solid", "dash")[number % 2], "width": 2.5},
        hovertemplate="%{x:.1%}, %{y:.1%}<extra></extra>",
    )


def _square(figure: go.Figure, x: str, y: str) -> go.Figure:
    figure.update_xaxes(title=x, range=[-0.01, 1.01], tickformat=".0%")
    figure.update_yaxes(title=y, range=[0, 1.02], tickformat=".0%")
    figure.update_layout(legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}, showlegend=True)
    return sized(figure, HEIGHT)

"""Prediction sets of a model: how often they hold the true category, and how large they are."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from core.evaluation.conformal import SetScores
from core.views.charts import sized
from core.views.formatting import percent, percent_interval


def set_headline(scores: SetScores, wanted: float) -> dict[str, str]:
    """Return the headline numbers of prediction sets."""
    return {
        "Coverage": percent(scores.coverage.value),
        "Target": percent(wanted, 0),
        "Categories per set": f"{scores.mean_size:.2f}",
        "Sets of one category": percent(scores.single),
    }


def set_summary(scores: SetScores, wanted: float) -> str:
    """Return whether prediction sets reach their coverage, and how large they are."""
    coverage = scores.coverage
    verdict = "reaches" if wanted <= coverage.high else "is below"
    return (
        f"The set contains the true category for {percent(coverage.value)} of the products "
        f"({percent(coverage.level, 0)} interval: {percent_interval((coverage.low, coverage.high))}), which "
        f"{verdict} the target of {percent(wanted, 0)}. A set holds {scores.mean_size:.2f} categories on "
        f"average; {percent(scores.single)} of the sets hold one."
    )


def set_size_chart(sizes: np.ndarray) -> go.Figure:
    """Draw how many products have a prediction set of 1, 2, 3 ... categories.

    Parameters
    ----------
    sizes
        int (n,), 1 or more.
    """
    counts = np.bincount(sizes)[1:]
    figure = go.Figure(
        go.Bar(
            x=np.arange(1, len(counts) + 1),
            y=counts,
            texttemplate="%{y:,d}",
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y:,d} products with a set of %{x}<extra></extra>",
        )
    )
    figure.update_xaxes(title="categories in the set", dtick=1 if len(counts) <= 20 else None)
    figure.update_yaxes(title="products", tickformat=",d")
    return sized(figure, 260)

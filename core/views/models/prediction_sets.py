"""Prediction sets of a model: how often they hold the right category, and how large they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from core.evaluation.conformal import SetScores
from core.views.charts import sized

if TYPE_CHECKING:
    pass


def set_headline(scores: SetScores, wanted: float) -> dict[str, str]:
    """Return the figures that stand above sets of categories."""
    return {
        "Sets that hold the right one": f"{scores.coverage.value:.1%}",
        "Wanted": f"{wanted:.0%}",
        "Categories in a set": f"{scores.mean_size:.2f}",
        "Sets of one": f"{scores.single:.1%}",
    }


def set_summary(scores: SetScores, wanted: float) -> str:
    """Say how often sets of categories hold the right one, and how large they are."""
    of = scores.coverage
    verdict = "as promised" if wanted <= of.high else "less often than promised"
    return (
        f"The set holds the right category of {of.value:.1%} of the products ({of.level:.0%} interval: "
        f"{of.low:.1%} to {of.high:.1%}), {verdict}: {wanted:.0%} were wanted. It names "
        f"{scores.mean_size:.2f} categories on average, one alone for {scores.single:.0%} of the products."
    )


def set_size_chart(sizes: np.ndarray) -> go.Figure:
    """Draw how many products have a set of 1, 2, 3 ... categories.

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

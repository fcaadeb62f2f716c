"""Parts that several charts share: pure functions, no Streamlit.

Colours that mean "one of several" are left to the figure's template, so that they follow the app's light or
dark theme. Colours set here are mid-tones that read on both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import plotly.graph_objects as go

from core.common.escaping import plotly
from core.views.formatting import shorten_category


def bar_chart(names: Sequence[str], values: Sequence[float], *, unit: str, number: str = ",d") -> go.Figure:
    """Draw one horizontal bar per name, in the given order from the top, with its value beside it.

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
            y=[plotly(name) for name in names],
            orientation="h",
            texttemplate=text,
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}<br>" + text + f" {unit}<extra></extra>",
        )
    )
    name_axis(figure, names)
    figure.update_xaxes(rangemode="tozero", showgrid=False, showticklabels=False, zeroline=False)
    return sized(figure, 24 + 24 * len(names))


def name_axis(figure: go.Figure, names: Sequence[str]) -> None:
    """Put names on the y axis, shortened, the first at the top, small where there are many."""
    figure.update_yaxes(
        type="category",
        tickmode="array",
        tickvals=[plotly(name) for name in names],
        ticktext=[plotly(shorten_category(name)) for name in names],
        tickfont={"size": 12 if len(names) <= 60 else 8},
        automargin=True,
        showgrid=False,
        autorange="reversed",
    )


def sized(figure: go.Figure, height: int) -> go.Figure:
    """Give a figure its height in pixels and narrow margins."""
    figure.update_layout(height=height, margin={"l": 8, "r": 24, "t": 8, "b": 8})
    return figure


def row_axis(figure: go.Figure, names: Iterable[str], *, font: int = 0) -> None:
    """Put names on a y axis at 0, 1 ..., shortened, the first at the top, smaller if there are many."""
    labels = [plotly(shorten_category(name)) for name in names]
    k = len(labels)
    figure.update_yaxes(
        range=[k - 0.5, -0.5],
        tickmode="array",
        tickvals=np.arange(k),
        ticktext=labels,
        tickfont={"size": font or (12 if k <= 60 else 9)},
        automargin=True,
        ticks="",
        showgrid=False,
        zeroline=False,
    )

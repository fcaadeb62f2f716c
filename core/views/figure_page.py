"""Figures as pages that need no network: they bring their own script along."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.common.escaping import html

if TYPE_CHECKING:
    import plotly.graph_objects as go

CONFIG = {"displaylogo": False, "toImageButtonOptions": {"format": "svg"}}
FONT = "system-ui, sans-serif"
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body style="margin:1.5rem;font-family:{font};color:#17222e;background:#fff">
<h1 style="font-size:1.2rem">{title}</h1>
{figure}
<p style="font-size:.85rem;white-space:pre-line">{note}</p>
</body></html>
"""


def figure_html(
    figure: go.Figure,
    title: str,
    note: str = "",
    *,
    categorical: Sequence[str] | None = None,
    sequential: Sequence[str] | None = None,
    diverging: Sequence[str] | None = None,
) -> bytes:
    """Return a figure as a page of about 5 MB that needs nothing from elsewhere.

    Parameters
    ----------
    figure
        Left as it is.
    title, note
        Plain texts above and below it.
    categorical, sequential, diverging
        The colours of a light theme; plotly's own where None.
    """
    import plotly.graph_objects as go

    layout = {"font": {"family": FONT}, "paper_bgcolor": "white", "plot_bgcolor": "white"}
    scales = {"sequential": _scale(sequential), "diverging": _scale(diverging)}
    axis = {"gridcolor": "#dce3ea", "zerolinecolor": "#b5c0cb", "automargin": True}
    template = go.layout.Template(
        layout={
            **layout,
            **({"colorway": list(categorical)} if categorical else {}),
            "colorscale": {name: scale for name, scale in scales.items() if scale},
            "xaxis": axis,
            "yaxis": axis,
        }
    )
    copy = go.Figure(figure).update_layout(template=template)
    drawn = copy.to_html(full_html=False, include_plotlyjs=True, config=CONFIG)
    page = PAGE.format(title=html(title), note=html(note), font=FONT, figure=drawn)
    return page.encode("utf-8")


def _scale(colours: Sequence[str] | None) -> list[list[float | str]] | None:
    """Spread colours evenly from 0 to 1."""
    return [[i / (len(colours) - 1), colour] for i, colour in enumerate(colours)] if colours else None

"""A category tree as nested boxes: products and accuracy of each category."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from core.common.escaping import plotly
from core.taxonomy.tree import TOP
from core.views.charts import sized
from core.views.formatting import percent

if TYPE_CHECKING:
    import pandas as pd

    from core.taxonomy.tree import Tree
    from core.views.models.answers import Answers

LEVELS_SHOWN = 4
WORST = 0.5
"""Accuracy from which down the colour is that of the worst."""
LOW, HIGH, UNTESTED = (194, 65, 12), (11, 110, 153), "#6B7682"
"""Colours that white letters are read on, in both themes."""
READING = f"Orange: {WORST:.0%} or less are right; blue: all; grey: no test products."


def answered_right(table: pd.DataFrame, answers: Answers, rows: int) -> np.ndarray:
    """Return for each product of a table whether a model answered it right: 1, 0, NaN for none asked.

    Parameters
    ----------
    table
        Some of the catalogue's `rows` products; its index is their positions.
    answers
        The model's.
    """
    right = np.full(rows, np.nan)
    right[answers.rows] = answers.correct
    return np.asarray(right[table.index.to_numpy()])


def tree_chart(tree: Tree) -> go.Figure:
    """Draw a category tree from the left; heights are products, a click opens a category."""
    numbers = [str(at) for at in range(len(tree.paths))]
    tested = bool(tree.tested.any())
    figure = go.Figure(
        go.Icicle(
            ids=numbers,
            labels=[plotly(name) for name in tree.names],
            parents=["" if parent < 0 else numbers[parent] for parent in tree.parents],
            values=tree.products,
            branchvalues="total",
            maxdepth=LEVELS_SHOWN,
            tiling={"orientation": "h", "pad": 1},
            leaf={"opacity": 1},
            root={"color": "rgba(128,140,155,.18)"},
            marker={"colors": _colours(tree.accuracy), "line": {"width": 0}} if tested else {},
            text=_texts(tree),
            texttemplate="%{label}<br>%{text}",
            textfont={"color": "#FFFFFF"} if tested else {},
            customdata=list(zip(_titles(tree), _judged(tree), strict=True)),
            hovertemplate="%{customdata[0]}<br>%{value:,d} products, %{percentRoot:.1%} of the products shown"
            "%{customdata[1]}<extra></extra>",
            pathbar={"thickness": 24},
        )
    )
    return sized(figure, 620).update_layout(
        margin={"l": 0, "r": 0, "t": 28, "b": 0}, uniformtext={"minsize": 10, "mode": "hide"}
    )


def _titles(tree: Tree) -> list[str]:
    return [plotly(" › ".join(path)) or TOP for path in tree.paths]


def _texts(tree: Tree) -> list[str]:
    return [
        f"{count:,}" if np.isnan(share) else f"{count:,} · {percent(share)}"
        for count, share in zip(tree.products.tolist(), tree.accuracy.tolist(), strict=True)
    ]


def _judged(tree: Tree) -> list[str]:
    """Return what the hover text says of the answers, "" where none was judged."""
    return [
        f"<br>accuracy {percent(right / tested)} of {tested:,} test products" if tested else ""
        for right, tested in zip(tree.right.tolist(), tree.tested.tolist(), strict=True)
    ]


def _colours(accuracy: np.ndarray) -> list[str]:
    part = np.clip((accuracy - WORST) / (1 - WORST), 0, 1)[:, None]
    mixed = np.array(LOW) * (1 - part) + np.array(HIGH) * part
    return [
        UNTESTED if np.isnan(row[0]) else "rgb({:.0f},{:.0f},{:.0f})".format(*row) for row in mixed.tolist()
    ]

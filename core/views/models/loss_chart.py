"""How a network's loss fell in training, as a figure, a sentence and a table; no Streamlit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from core.views.charts import sized

if TYPE_CHECKING:
    import pandas as pd

    from core.heads.losses import Losses


def loss_chart(losses: Losses) -> go.Figure:
    """Draw the loss on training and validation products after each epoch, and the epoch that was kept."""
    epochs = list(range(1, losses.epochs + 1))
    parts = {
        "training products": (losses.training, "dash"),
        "validation products": (losses.validation, "solid"),
    }
    figure = go.Figure(
        [
            go.Scatter(
                x=epochs,
                y=values,
                mode="lines+markers",
                name=name,
                line={"dash": dash},
                hovertemplate="Epoch %{x}: %{y:.3f}<extra></extra>",
            )
            for name, (values, dash) in parts.items()
            if values
        ]
    )
    figure.add_vline(
        losses.best, line={"dash": "dot", "width": 1}, annotation_text=f"kept: epoch {losses.best}"
    )
    figure.update_xaxes(title="epoch", rangemode="tozero")
    figure.update_yaxes(title="loss", rangemode="tozero")
    figure.update_layout(legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0})
    return sized(figure, 320)


def loss_sentence(losses: Losses) -> str:
    """Say when training ended, and which epoch was kept."""
    watched = "validation" if losses.validation else "training"
    return (
        f"Trained for {losses.epochs} epochs. The weights of epoch {losses.best}, with the lowest loss on "
        f"{watched} products, were kept."
    )


def loss_table(losses: Losses) -> pd.DataFrame:
    """Return the losses as a table, a row an epoch."""
    import pandas as pd

    columns = {"Epoch": list(range(1, losses.epochs + 1)), "Loss, training": list(losses.training)}
    if losses.validation:
        columns["Loss, validation"] = list(losses.validation)
    return pd.DataFrame(columns)

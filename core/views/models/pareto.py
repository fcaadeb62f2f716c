"""Which models are worth their time and size: those that no other beats in all of accuracy, time, size."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from core.common.escaping import plotly
from core.common.modality import sides_of
from core.heads.planning import members_for
from core.heads.registry import HEADS
from core.views.charts import sized
from core.views.display_names import MODALITY_NAMES, head_name

if TYPE_CHECKING:
    import pandas as pd

    from core.bundle.reader import Bundle
    from core.features.encoders.record import EncoderRecord
    from core.heads.key import HeadKey

SHARES = ("Accuracy",)
"""The columns of :func:`cost_table` that are shares, 0 to 1."""

READ_WORDS = ("joint",)
"""Heads on text and image that read words instead of the text encoder's vectors."""
_SMALLEST, _LARGEST = 8, 34
_SYMBOLS = {True: "circle", False: "circle-open"}


def cost_table(bundle: Bundle) -> pd.DataFrame:
    """List accuracy, size and time of every model, the most accurate first.

    Sizes are those of the model, of the models that it combines and of all encoders that these read, times
    likewise, where encoders were measured (:func:`includes_encoders`); "Encoders" is their part of the size.
    "Best buy" marks the Pareto front: a model is on it unless another is at least as good in all three and
    better in one.
    """
    import pandas as pd

    models = sorted(bundle.models, key=lambda model: -model.report.accuracy)
    sizes = {model.key: model.size_bytes for model in models}
    made_of = [_heads_of(model.key, sizes) for model in models]
    read = [_encoders_of(bundle, heads) for heads in made_of]
    encoders = np.array([sum(one.total_bytes or 0 for one in each) / 1e6 for each in read])
    size = np.array([sum(sizes[key] for key in heads) / 1e6 for heads in made_of]) + encoders
    time = np.array([model.ms_per_product for model in models])
    time += np.array([sum(1000 * one.total_cost.warm for one in each if one.total_cost) for each in read])
    accuracy = np.array([model.report.accuracy for model in models])
    return pd.DataFrame(
        {
            "Input": [MODALITY_NAMES[model.modality] for model in models],
            "Model": [head_name(model.head) + " ★" * model.chosen for model in models],
            "Accuracy": accuracy,
            "Size": size,
            "Encoders": encoders,
            "Per product": time,
            "Best buy": on_front(np.stack([-accuracy, size, time], axis=1)),
        }
    )


def _heads_of(key: HeadKey, known: Collection[HeadKey]) -> list[HeadKey]:
    """Return a head and, if it combines others, those."""
    if key.head not in HEADS or not HEADS[key.head].combines:
        return [key]
    members = members_for(key.modality, [each.head for each in known])
    return [key, *(each for each in members if each in known)]


def _encoders_of(bundle: Bundle, heads: Sequence[HeadKey]) -> list[EncoderRecord]:
    """Return the encoders that some heads read; none for words alone."""
    read = {side for key in heads for side in _sides(key)}
    return [record for side, record in bundle.encoders.items() if side in read]


def _sides(key: HeadKey) -> tuple[str, ...]:
    entry = HEADS.get(key.head)
    if entry is not None and (entry.words_alone or entry.combines):
        return ()
    return ("image",) if key.head in READ_WORDS else sides_of(key.modality)


def includes_encoders(bundle: Bundle) -> bool:
    """Whether the encoders of all inputs were measured when the bundle was built."""
    records = bundle.encoders.values()
    return all(record.total_cost is not None and record.total_bytes is not None for record in records)


def on_front(costs: np.ndarray) -> np.ndarray:
    """Return which rows of costs, float (n, k), no other row dominates, bool (n,)."""
    no_worse = (costs[:, None] <= costs[None]).all(axis=2)
    better = (costs[:, None] < costs[None]).any(axis=2)
    dominated = np.asarray((no_worse & better).any(axis=0))
    return np.asarray(~dominated)


def pareto_chart(table: pd.DataFrame, *, encoded: bool = False) -> go.Figure:
    """Draw a :func:`cost_table`: accuracy over milliseconds, the larger a circle the larger the model.

    Parameters
    ----------
    table
        What is drawn.
    encoded
        Whether the times are those of products that are encoded already.
    """
    figure = go.Figure()
    root = np.sqrt(table["Size"].to_numpy(dtype=float))
    sizes = _SMALLEST + (_LARGEST - _SMALLEST) * root / max(float(root.max(initial=0)), 1e-9)
    # In the order of the chart of accuracies, so that each input has one colour.
    for name in (each for each in MODALITY_NAMES.values() if each in set(table["Input"])):
        part = (table["Input"] == name).to_numpy()
        rows = table[part]
        figure.add_scatter(
            x=rows["Per product"],
            y=rows["Accuracy"],
            mode="markers",
            name=plotly(name),
            marker={
                "size": sizes[part].tolist(),
                "symbol": [_SYMBOLS[bool(best)] for best in rows["Best buy"]],
                "line": {"width": 1.5},
            },
            customdata=[
                [plotly(model), size] for model, size in zip(rows["Model"], rows["Size"], strict=True)
            ],
            hovertemplate="%{customdata[0]}<br>%{y:.1%} accuracy<br>%{x:.2f} ms, %{customdata[1]:.2f} MB"
            f"<extra>{plotly(name)}</extra>",
        )
    front = table[table["Best buy"]].sort_values("Per product")
    figure.add_scatter(
        x=front["Per product"],
        y=front["Accuracy"].cummax(),
        mode="lines",
        line={"shape": "hv", "width": 1, "dash": "dot", "color": "rgba(128,140,155,.7)"},
        hoverinfo="skip",
        showlegend=False,
    )
    figure.update_xaxes(type="log", title=f"milliseconds for one {'encoded ' if encoded else ''}product")
    figure.update_yaxes(title="accuracy", tickformat=".1~%")
    figure.update_traces(cliponaxis=False)
    figure.update_layout(legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0})
    return sized(figure, 380)

"""The ways of fusing text and image side by side: what each reaches beyond text alone, and what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.evaluation.paired import compare
from core.heads.key import HeadKey
from core.heads.registry import HEADS
from core.views.display_names import head_name
from core.views.formatting import percent_interval, points_interval

if TYPE_CHECKING:
    import pandas as pd

    from core.bundle.model_card import ModelCard
    from core.bundle.reader import Bundle

SHARES = ("Accuracy",)
"""The columns of :func:`fusion_table` that are shares, 0 to 1."""

WAYS = {
    "gated": "gate on both vectors",
    "cross_attention": "tokens and regions look at each other",
    "joint": "words in order beside the image vector",
    "blend": "weighted mean of single models",
    "stacking": "a model on single models",
}
"""Head -> how it fuses; the others read both vectors side by side."""


def fusion_table(bundle: Bundle) -> pd.DataFrame:
    """List the chosen text model and every fused one, a row each; no rows where there is nothing to compare.

    Differences are paired: on the same test products, with intervals over groups of products.
    """
    import pandas as pd

    fused = [model for model in bundle.models if model.modality == "fused"]
    if not fused or "text" not in bundle.best:
        return pd.DataFrame()
    text = next(model for model in bundle.models if model.modality == "text" and model.chosen)
    return pd.DataFrame([_row(bundle, model, text) for model in (text, *fused)])


def predicted(bundle: Bundle, key: HeadKey) -> np.ndarray:
    """Return what a model answers on the test products, int64 (n,): positions in the bundle's classes."""
    return bundle.head_answers(key.modality, key.head).predicted


def _row(bundle: Bundle, model: ModelCard, text: ModelCard) -> dict[str, object]:
    row: dict[str, object] = {
        "Model": head_name(model.head) + " ★" * model.chosen,
        "Fusion": _way(model.key),
        "Accuracy": model.report.accuracy,
        "95% interval": percent_interval(model.intervals["accuracy"]),
        "Difference to text": np.nan,
        "Its 95% interval": "",
        "Size": model.size_bytes / 1e6,
        "Per product": model.ms_per_product,
    }
    if model is not text:
        rows = bundle.rows("test")
        groups = np.unique(bundle.groups[rows], return_inverse=True)[1]
        one, other = predicted(bundle, model.key), predicted(bundle, text.key)
        gain = compare(bundle.labels[rows], one, other, groups=groups).difference
        row["Difference to text"] = 100 * gain.value
        row["Its 95% interval"] = f"from {points_interval(gain.low, gain.high)}"  # a sign would be a formula
    return row


def _way(key: HeadKey) -> str:
    if key.modality == "text":
        return "none: text alone"
    concatenated = key.head not in WAYS and key.head in HEADS and HEADS[key.head].reads == "vectors"
    return "concatenated vectors" if concatenated else WAYS.get(key.head, "of its own kind")

"""All models of a bundle: their names, their scores, and the scores of one model by category."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.bundle.reader import Bundle
from core.evaluation.report import Report
from core.heads.key import HeadKey
from core.views.display_names import HEAD_INPUTS, MODALITY_NAMES, encoder_name, head_name
from core.views.formatting import interval

if TYPE_CHECKING:
    import pandas as pd


SHARES = (
    *("Accuracy", "Macro F1", "Weighted F1", "Micro F1", "Micro F1, training"),
    *("Micro F1, validation", "Top-3 accuracy", "Calibration error"),
)
"""The columns of :func:`models_table` that are shares, 0 to 1."""


def model_name(bundle: Bundle, key: HeadKey) -> str:
    """Return what a person calls one of all models, the chosen one of its input with a star."""
    star = " ★" if bundle.best[key[0]] == key[1] else ""
    return f"{MODALITY_NAMES[key[0]]} · {head_name(key[1])}{star}"


def model_with_input(bundle: Bundle, key: HeadKey) -> str:
    """Return a model's name and what it reads, for the caption of a figure."""
    modality, head = key
    reads = HEAD_INPUTS.get(head) or f"{encoder_name(bundle, modality)} features"
    return f"{head_name(head)} ({MODALITY_NAMES[modality]}, {reads})"


def model_keys(bundle: Bundle) -> list[HeadKey]:
    """List all models, the chosen one of each input first."""
    cards = sorted(bundle.models, key=lambda card: (bundle.modalities.index(card.modality), not card.chosen))
    return [(card.modality, card.head) for card in cards]


def first_pair(bundle: Bundle) -> tuple[HeadKey, HeadKey]:
    """Return the two models to compare to begin with: text against picture, else the first two there are."""
    if "text" in bundle.best and "image" in bundle.best:
        return ("text", bundle.best["text"]), ("image", bundle.best["image"])
    keys = model_keys(bundle)
    return keys[0], keys[min(1, len(keys) - 1)]


def models_table(bundle: Bundle) -> pd.DataFrame:
    """Lay out all models, a row each."""
    import pandas as pd

    return pd.DataFrame(
        {
            "": "★" if model.chosen else "",
            "Input": MODALITY_NAMES[model.modality],
            "Model": head_name(model.head),
            "Accuracy": model.report.accuracy,
            "95% interval": interval(model.intervals["accuracy"]),
            "Macro F1": model.report.macro_f1,
            "Weighted F1": model.report.weighted_f1,
            "Micro F1": model.report.micro_f1,
            "Micro F1, training": model.train_accuracy,
            "Micro F1, validation": model.validation_accuracy,
            "Top-3 accuracy": model.report.top3_accuracy,
            "Log loss": model.report.log_loss,
            "Test products": model.report.n,
            "Calibration error": model.calibration_error,
            "Training": model.train_seconds,
            "Per product": model.ms_per_product,
            "Memory": model.peak_mb,
            "Size": model.size_bytes / 1e6,
        }
        for model in bundle.models
    )


def accuracies(bundle: Bundle) -> tuple[list[str], dict[str, list[float | None]]]:
    """Return the heads' names, and for each input every head's accuracy, None where it has no such head."""
    known = {(model.modality, model.head): model.report.accuracy for model in bundle.models}
    heads = list(dict.fromkeys(model.head for model in bundle.models))
    series = {MODALITY_NAMES[m]: [known.get((m, head)) for head in heads] for m in bundle.modalities}
    return [head_name(head) for head in heads], series


def headline(report: Report) -> dict[str, str]:
    """Return the figures that stand above a model's details."""
    return {
        "Accuracy": f"{report.accuracy:.1%}",
        "Macro F1": f"{report.macro_f1:.1%}",
        "Top-3 accuracy": f"{report.top3_accuracy:.1%}",
        "Mistakes": f"{report.n - int(np.trace(report.confusion)):,} of {report.n:,}",
    }


def category_score_table(report: Report) -> pd.DataFrame:
    """Lay out precision, recall, F1 and support of each category, the lowest F1 first."""
    import pandas as pd

    scores = sorted(report.per_class, key=lambda score: (score.f1, score.recall, score.name))
    return pd.DataFrame(
        {
            "Category": [score.name for score in scores],
            "Precision": [score.precision for score in scores],
            "Recall": [score.recall for score in scores],
            "F1": [score.f1 for score in scores],
            "Test products": [score.support for score in scores],
        }
    )

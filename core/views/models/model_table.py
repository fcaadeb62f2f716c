"""All models of a bundle: their names, their scores, and the scores of one model by category."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.evaluation.intervals import Interval
from core.heads.key import HeadKey
from core.views.display_names import MODALITY_NAMES, features_name, head_name
from core.views.formatting import counted, percent, percent_interval

if TYPE_CHECKING:
    import pandas as pd

    from core.bundle.reader import Bundle
    from core.evaluation.report import Report

SHARES = (
    *("Accuracy", "Macro F1", "Weighted F1", "Training accuracy"),
    *("Validation accuracy", "Top-3 accuracy", "Calibration error"),
)
"""The columns of :func:`models_table` that are shares, 0 to 1."""

FIRST = ("Input", "Model", "Accuracy", "95% interval", "Macro F1")
"""The columns of :func:`models_table` that answer most questions."""

AVERAGES = ("Macro average", "Weighted average")
"""Rows of :func:`classification_report` that are no categories."""

CATEGORY_SHARES = ("Precision", "Recall", "F1")
"""The columns of :func:`category_score_table` that are shares, 0 to 1."""


def model_name(bundle: Bundle, key: HeadKey) -> str:
    """Return the name of a model among all of them; the chosen one of its input has a star."""
    star = " ★" if bundle.best[key.modality] == key.head else ""
    return f"{MODALITY_NAMES[key.modality]} · {head_name(key.head)}{star}"


def model_with_input(bundle: Bundle, key: HeadKey) -> str:
    """Return a model's name and what it reads, for the caption of a figure."""
    reads = features_name(bundle, key.modality, key.head)
    return f"{head_name(key.head)} ({MODALITY_NAMES[key.modality]}, {reads})"


def model_keys(bundle: Bundle) -> list[HeadKey]:
    """List all models, the chosen one of each input first."""
    models = sorted(bundle.models, key=lambda one: (bundle.modalities.index(one.modality), not one.chosen))
    return [HeadKey(one.modality, one.head) for one in models]


def first_pair(bundle: Bundle) -> tuple[HeadKey, HeadKey]:
    """Return the two models compared at first: text and image, else the first two there are."""
    if "text" in bundle.best and "image" in bundle.best:
        return HeadKey("text", bundle.best["text"]), HeadKey("image", bundle.best["image"])
    keys = model_keys(bundle)
    return keys[0], keys[min(1, len(keys) - 1)]


def models_table(bundle: Bundle) -> pd.DataFrame:
    """List all models with their scores on test products, a row each."""
    import pandas as pd

    return pd.DataFrame(
        {
            "Input": MODALITY_NAMES[model.modality],
            "Model": head_name(model.head) + " ★" * model.chosen,
            "Accuracy": model.report.accuracy,
            "95% interval": percent_interval(model.intervals["accuracy"]),
            "Macro F1": model.report.macro_f1,
            "Weighted F1": model.report.weighted_f1,
            "Training accuracy": model.train_accuracy,
            "Validation accuracy": model.validation_accuracy,
            "Top-3 accuracy": model.report.top3_accuracy,
            "Calibration error": model.calibration_error,
            "Log loss": model.report.log_loss,
            "Test products": model.report.n,
            "Training": model.train_seconds,
            "Per product": model.ms_per_product,
            "Memory": model.peak_mb,
            "Size": model.size_bytes / 1e6,
        }
        for model in bundle.models
    )


def accuracies(bundle: Bundle) -> tuple[list[str], dict[str, list[Interval | None]]]:
    """Return the heads' names, and for each input every head's accuracy, None where it has no such head."""
    accuracy = {
        model.key: Interval(model.report.accuracy, *model.intervals["accuracy"]) for model in bundle.models
    }
    heads = list(dict.fromkeys(model.head for model in bundle.models))
    series = {
        MODALITY_NAMES[m]: [accuracy.get(HeadKey(m, head)) for head in heads] for m in bundle.modalities
    }
    return [head_name(head) for head in heads], series


def headline(report: Report) -> dict[str, str]:
    """Return the headline numbers of one model."""
    return {
        "Accuracy": percent(report.accuracy),
        "Macro F1": percent(report.macro_f1),
        "Top-3 accuracy": percent(report.top3_accuracy),
        "Mistakes": f"{report.n - int(np.trace(report.confusion)):,} of {report.n:,}",
    }


def category_score_table(report: Report) -> pd.DataFrame:
    """Return precision, recall, F1 and test products of each category, the lowest F1 first.

    Categories without test products come last; their scores, which nobody measured, are NaN.
    """
    import pandas as pd

    table = pd.DataFrame(
        {
            "Category": [score.name for score in report.per_class],
            "Precision": np.array([score.precision for score in report.per_class], dtype=float),
            "Recall": np.array([score.recall for score in report.per_class], dtype=float),
            "F1": np.array([score.f1 for score in report.per_class], dtype=float),
            "Test products": [score.support for score in report.per_class],
        }
    )
    return table.sort_values(["F1", "Recall", "Category"], na_position="last", ignore_index=True)


def classification_report(report: Report) -> pd.DataFrame:
    """Return a :func:`category_score_table` with the averages of scikit-learn's report below it.

    The macro average counts each category with test products once, the weighted average each product.
    """
    import pandas as pd

    table = category_score_table(report)
    tested = table[table["Test products"] > 0]
    scores, n = tested[list(CATEGORY_SHARES)].to_numpy(dtype=float), tested["Test products"].to_numpy()
    averages = pd.DataFrame(
        np.stack([scores.mean(axis=0), n @ scores / n.sum()]), columns=list(CATEGORY_SHARES)
    ).assign(Category=list(AVERAGES), **{"Test products": report.n})
    return pd.concat([table, averages[table.columns]], ignore_index=True)


def untested_note(table: pd.DataFrame) -> str:
    """Say how many categories of a :func:`category_score_table` are not measured; "" if all are."""
    untested = int((table["Test products"] == 0).sum())
    if not untested:
        return ""
    have, do = ("has", "does") if untested == 1 else ("have", "do")
    categories = counted(untested, "category", "categories")
    return f"{categories} without test products {have} no scores and {do} not count in macro F1."

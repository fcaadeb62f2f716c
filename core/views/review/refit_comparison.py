"""What a refit changes: accuracy before and after, and the products with another answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.bundle.refit_answers import Refit
from core.evaluation.paired import Comparison, compare
from core.views.display_names import MODALITY_NAMES, head_name, product_name
from core.views.formatting import points_interval
from core.views.models.answers import answers
from core.views.product_cards import data_url

if TYPE_CHECKING:
    import pandas as pd

    from core.bundle.reader import Bundle

SHARES = ("Accuracy before", "Accuracy after", "Macro F1 before", "Macro F1 after")
"""The columns of :func:`changes_table` that are shares, 0 to 1."""


@dataclass(frozen=True, eq=False)
class ModelChange:
    """The models of one input before and after.

    Attributes
    ----------
    heads
        The heads chosen before and after.
    accuracy, macro_f1
        Before and after, on test products with corrected categories.
    comparison
        After against before, paired.
    differ
        int64: positions among the test products whose answer changes.
    """

    heads: tuple[str, str]
    accuracy: tuple[float, float]
    macro_f1: tuple[float, float]
    comparison: Comparison
    differ: np.ndarray


def sides(bundle: Bundle) -> tuple[Refit, Refit] | None:
    """Return what a kept refit's heads answer before and after the corrections; None for another bundle."""
    before = bundle.before_refit
    if before is None:
        return None
    predicted = {}
    for modality in before.predicted:
        given = answers(bundle, modality)
        everywhere = np.full(len(bundle.table), -1, dtype=np.int64)
        everywhere[given.rows] = given.predicted
        predicted[modality] = everywhere[bundle.rows("test")]
    return before, Refit(bundle.labels, bundle.best, predicted, 0.0)


def model_changes(bundle: Bundle, before: Refit, after: Refit) -> dict[str, ModelChange]:
    """Compare two trainings on test products, by the labels of the later one: modality -> change."""
    from sklearn.metrics import f1_score

    rows = bundle.rows("test")
    true = after.labels[rows]
    tested = np.unique(true)
    groups = np.unique(bundle.groups[rows], return_inverse=True)[1]
    changes = {}
    for modality, new in after.predicted.items():
        old = before.predicted[modality]
        each = [f1_score(true, one, labels=tested, average="macro", zero_division=0) for one in (old, new)]
        changes[modality] = ModelChange(
            (before.chosen[modality], after.chosen[modality]),
            (float((old == true).mean()), float((new == true).mean())),
            (float(each[0]), float(each[1])),
            compare(true, new, old, names=("After", "before"), groups=groups),
            np.flatnonzero(old != new),
        )
    return changes


def changes_table(changes: Mapping[str, ModelChange]) -> pd.DataFrame:
    """List the changes, a row per input; accuracy and F1 from 0 to 1."""
    import pandas as pd

    return pd.DataFrame(
        {
            "Input": MODALITY_NAMES[modality],
            "Model": " → ".join(head_name(head) for head in dict.fromkeys(one.heads)),
            "Accuracy before": one.accuracy[0],
            "Accuracy after": one.accuracy[1],
            "95% interval of the difference": points_interval(
                one.comparison.difference.low, one.comparison.difference.high
            ),
            "Macro F1 before": one.macro_f1[0],
            "Macro F1 after": one.macro_f1[1],
            "Changed answers": len(one.differ),
        }
        for modality, one in changes.items()
    )


def changed_table(bundle: Bundle, modality: str, before: Refit, after: Refit) -> pd.DataFrame:
    """List the test products whose answer changes.

    The category is the corrected one; the last column is "Now correct", "Now wrong" or "Still wrong".
    """
    import pandas as pd

    old, new = before.predicted[modality], after.predicted[modality]
    changed = np.flatnonzero(old != new)
    rows = bundle.rows("test")[changed]
    true, names = after.labels[rows], np.asarray(bundle.classes, dtype=object)
    products = bundle.table.iloc[rows]
    return pd.DataFrame(
        {
            "Image": [data_url(bundle.thumbnail(sku)) for sku in products["sku"]],
            "Product": [product_name(product) for _, product in products.iterrows()],
            "Category": names[true],
            "Before": names[old[changed]],
            "After": names[new[changed]],
            "Change": np.where(
                new[changed] == true,
                "Now correct",
                np.where(old[changed] == true, "Now wrong", "Still wrong"),
            ),
        }
    )

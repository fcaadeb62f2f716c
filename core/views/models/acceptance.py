"""What a wanted precision means: which test products' answers are accepted, category by category."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from core.evaluation.acceptance import AcceptanceRule
from core.evaluation.coverage import Accepted
from core.evaluation.held_out import HeldOutAnswers
from core.evaluation.thresholds import LEAST_OWN
from core.views.formatting import counted, percent

if TYPE_CHECKING:
    import pandas as pd

SHARES = ("Accepted", "Precision", "Confidence needed")
"""Columns of `acceptance_table` that hold shares, 0 to 1."""


def accepted_answers(rule: AcceptanceRule, answers: HeldOutAnswers) -> Accepted:
    """Return how many answers a rule accepts, and how many of these are right."""
    accepted = rule.accepted(answers)
    return Accepted(len(answers), int(accepted.sum()), int((accepted & answers.right).sum()), None)


def acceptance_table(
    rule: AcceptanceRule, answers: HeldOutAnswers, categories: Sequence[str], wanted_precision: float
) -> pd.DataFrame:
    """Return for each predicted category what a rule accepts.

    Returns
    -------
    DataFrame
        Category, Answers (of test products), Accepted and Precision (shares; none without an answer),
        Confidence needed (none where every answer needs review), Held-out answers, Note. Most answers first.
    """
    import pandas as pd

    k = len(categories)
    accepted = rule.accepted(answers)
    n = np.bincount(answers.predicted, minlength=k)
    sure = np.bincount(answers.predicted[accepted], minlength=k)
    right = np.bincount(answers.predicted[accepted & answers.right], minlength=k)
    thresholds, own = np.asarray(rule.thresholds), np.asarray(rule.own)
    table = pd.DataFrame(
        {
            "Category": list(categories),
            "Answers": n,
            "Accepted": _shares(sure, n),
            "Precision": _shares(right, sure),
            "Confidence needed": np.where(thresholds > 1, np.nan, thresholds),
            "Held-out answers": own,
            "Note": [
                _note(int(count), float(needed), wanted_precision)
                for count, needed in zip(own, thresholds, strict=True)
            ],
        }
    )
    return table.sort_values("Answers", ascending=False, kind="stable").reset_index(drop=True)


def guard_sentence(rule: AcceptanceRule, answers: HeldOutAnswers) -> str:
    """Return what the guards cost: right answers that need review because of them."""
    confident = rule.confident(answers.predicted, answers.confidence) & answers.right
    stopped = int((confident & ~rule.accepted(answers)).sum())
    share = percent(stopped / max(1, int(answers.right.sum())))
    return (
        "Guards against products unlike this catalogue, contradictions between text and image and unreadable "
        f"texts send {counted(stopped, 'right answer')} to review that would be accepted without them: "
        f"{share} of all right answers (of those to held-out products, they stop {percent(rule.price)})."
    )


def _note(own: int, needed: float, wanted_precision: float) -> str:
    if own < LEAST_OWN:
        return f"Untested: {counted(own, 'held-out answer')}, {LEAST_OWN} are needed. Always check."
    if needed > 1:
        return f"No confidence is enough for {percent(wanted_precision)}. Always check."
    return ""


def _shares(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.where(whole > 0, part / np.maximum(whole, 1), np.nan)

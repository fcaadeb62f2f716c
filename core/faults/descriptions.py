"""Faults in words: what is wrong with which product, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from core.faults.duplicates import UNCOMPARED, Duplicates
from core.faults.fault_table import FaultRows
from core.faults.leaks import Leaks
from core.faults.mismatches import LEAST_SCORE, Mismatches
from core.faults.outliers import Outliers
from core.faults.wrong_categories import CategoryIssues

MOVE_TO = "Move it to {}."
"""The suggestion for a wrong category; the review offers the category it names."""

_CHECK = {
    "text": "Check whether the name and description belong to this product.",
    "image": "Check whether the image shows this product.",
}
_SPLIT = {"train": "training", "validation": "validation", "test": "test"}
"""Split -> its name, in the order in which models meet them."""
SAME = "Same"
"""How the reason of a duplicate begins that has the name or the image of another product."""
_DUPLICATE = {
    (True, True): f"{SAME} name and same image as another product",
    (True, False): f"{SAME} name as another product",
    (False, True): f"{SAME} image as another product",
    (False, False): "Very similar to another product",
}


def describe_wrong_categories(
    issues: CategoryIssues,
    mean_proba: np.ndarray,
    proba: Mapping[str, np.ndarray],
    categories: Sequence[str],
) -> FaultRows:
    """Describe the products for which another category is more probable.

    Parameters
    ----------
    issues : CategoryIssues
        Found with `mean_proba`.
    mean_proba : np.ndarray
        float, shape (n, k): the mean of `proba`.
    proba : Mapping[str, np.ndarray]
        Modality -> its out-of-fold probabilities, (n, k).
    categories : sequence of str
        Names of the k categories.
    """
    rows = np.flatnonzero(issues.prefers_other)
    reasons, suggestions = [], []
    for row in rows:
        given, other = issues.given[row], issues.suggested[row]
        agreeing = [modality for modality, each in proba.items() if _top_category(each[row]) == other]
        who = " and ".join(agreeing) if agreeing else "text and image together"
        verb = "suggests" if len(agreeing) == 1 else "suggest"
        reasons.append(
            f"The category is {categories[given]}, but {who} {verb} {categories[other]} "
            f"({mean_proba[row, other]:.1%} against {mean_proba[row, given]:.1%})."
        )
        suggestions.append(MOVE_TO.format(categories[other]))
    return _fault_rows(rows, "label", issues.score[rows], issues.is_issue[rows], reasons, suggestions)


def describe_mismatches(mismatches: Mismatches, y: np.ndarray, categories: Sequence[str]) -> FaultRows:
    """Describe the products whose text and image do not match, from half the score of an issue up."""
    rows = np.flatnonzero(mismatches.differ & (mismatches.score >= LEAST_SCORE / 2))
    reasons, suggestions = [], []
    for row in rows:
        suggested = {"text": mismatches.text_category[row], "image": mismatches.image_category[row]}
        suspect, other = ("image", "text") if mismatches.suspect[row] == "image" else ("text", "image")
        is_category = suggested[other] == y[row]
        end = (
            ", the product's category" if is_category else f"; the product's category is {categories[y[row]]}"
        )
        reasons.append(
            f"The {suspect} suggests {categories[suggested[suspect]]}, "
            f"but the {other} suggests {categories[suggested[other]]}{end}."
        )
        suggestions.append(_CHECK[suspect])
    kinds = mismatches.suspect[rows]
    return _fault_rows(rows, kinds, mismatches.score[rows], mismatches.is_issue[rows], reasons, suggestions)


def describe_outliers(outliers: Outliers, y: np.ndarray, categories: Sequence[str]) -> FaultRows:
    """Describe the products that are outside the usual range of their category."""
    rows = np.flatnonzero(outliers.outside)
    reasons = []
    for row in rows:
        far = [modality for modality, is_far in outliers.modalities.items() if is_far[row]]
        what = f"Its {' and '.join(far)} {'are' if len(far) > 1 else 'is'} unlike" if far else "Unlike"
        reasons.append(
            f"{what} other products: farther from the nearest ones "
            f"than {outliers.percentile[row]:.1f}% of {categories[y[row]]}."
        )
    suggestions = ["Check whether it belongs in this catalogue and whether its text and image are usable."]
    return _fault_rows(
        rows, "outlier", outliers.score[rows], outliers.is_issue[rows], reasons, suggestions * len(rows)
    )


def describe_duplicates(duplicates: Duplicates, y: np.ndarray, categories: Sequence[str]) -> FaultRows:
    """Describe pairs of products that seem to be one; the later row is the fault.

    Of variants, those whose names state different sizes or colours are listed as possible variants.
    """
    is_issue = duplicates.likely
    listed = np.flatnonzero(is_issue | duplicates.variant | (duplicates.score >= UNCOMPARED / 2))
    reasons, suggestions = [], []
    for at in listed:
        first, later = duplicates.pairs[at]
        same_name, same_image = bool(duplicates.same_name[at]), bool(duplicates.same_image[at])
        what = _DUPLICATE[same_name, same_image]
        if duplicates.alike[at] and same_name and not same_image:
            what += ", and very similar"
        if duplicates.variant[at]:
            what += "; the names differ in size or colour"
        where = "" if y[first] == y[later] else f"; its category is {categories[y[first]]}"
        reasons.append(f"{what}{where}.")
        suggestions.append(_what_to_do(bool(is_issue[at]), bool(duplicates.variant[at])))
    first_rows, later_rows = duplicates.pairs[listed].T
    score = duplicates.score[listed]
    return _fault_rows(later_rows, "duplicate", score, is_issue[listed], reasons, suggestions, first_rows)


def _what_to_do(is_issue: bool, is_variant: bool) -> str:
    if is_issue:
        return "Keep one of the two."
    return (
        "Nothing, if both are for sale."
        if is_variant
        else "If it is a variant, say in its name how it differs."
    )


def describe_leaks(leaks: Leaks) -> FaultRows:
    """Describe the duplicates that are in different splits."""
    count = len(leaks.pairs)
    reasons = [_leak_reason(*sorted(parts, key=list(_SPLIT).index)) for parts in leaks.parts.tolist()]
    suggestions = ["Remove one of the two and build again."] * count
    rows, others = leaks.pairs.T
    return _fault_rows(rows, "leak", leaks.score, np.ones(count, dtype=bool), reasons, suggestions, others)


def _leak_reason(one: str, other: str) -> str:
    flattered = "test scores" if other == "test" else "confidence"
    return f"One is in {_SPLIT[one]} and one in {_SPLIT[other]}, so {flattered} may be too high."


def _top_category(proba: np.ndarray) -> int:
    return int(np.argmax(proba)) if np.isfinite(proba).all() else -1


def _fault_rows(
    rows: np.ndarray,
    kind: str | np.ndarray,
    score: np.ndarray,
    is_issue: np.ndarray,
    reasons: Sequence[str],
    suggestions: Sequence[str],
    other: np.ndarray | None = None,
) -> FaultRows:
    kinds = np.broadcast_to(kind, len(rows))
    others = np.full(len(rows), -1) if other is None else other
    return FaultRows(rows, kinds, score, is_issue, others, reasons, suggestions)

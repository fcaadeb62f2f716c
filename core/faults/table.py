"""One table of all faults: what is wrong with which product, in plain words, worst first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from core.faults.conflicts import LEAST_SCORE, Conflicts
from core.faults.duplicates import UNCOMPARED, Duplicates, Leaks
from core.faults.labels import LabelDoubts
from core.faults.outliers import Outliers

if TYPE_CHECKING:
    import pandas as pd

KINDS = {
    "label": "Wrong category",
    "image": "Wrong picture",
    "text": "Wrong text",
    "duplicate": "Entered twice",
    "outlier": "Unlike all others",
    "leak": "On both sides of the split",
}
"""Kind of fault -> what it is called."""

_WORDS = {"text": "text", "image": "picture"}
_CHECK = {
    "text": "Check whether name and description are this product's.",
    "image": "Check whether the picture is this product's.",
}
_DUPLICATE = {
    (True, True): "Same name and same picture as",
    (True, False): "Same name as",
    (False, True): "Same picture as",
    (False, False): "Much like",
}


def fault_table(parts: Sequence[Mapping[str, Sequence]]) -> pd.DataFrame:
    """Put the faults of several kinds into one table.

    Parameters
    ----------
    parts : sequence of mappings
        Column -> values, as the functions of this module return them.

    Returns
    -------
    DataFrame
        ``row`` (int64), ``kind`` (str, of `KINDS`), ``score`` (float32, 0 to 1, comparable within a kind),
        ``is_issue`` (bool; the others may be worth a look), ``other`` (int64, the product it is compared
        with, -1 for none), ``reason``, ``suggestion`` (str). Issues first, then by score, then by row. No
        text holds more of a product than names of categories.
    """
    import pandas as pd

    types = {
        "row": "int64", "kind": "str", "score": "float32", "is_issue": "bool", "other": "int64",
        "reason": "str", "suggestion": "str",
    }  # fmt: skip
    table = pd.DataFrame({column: [v for part in parts for v in part[column]] for column in types})
    table = table.astype(types)
    order = np.lexsort((table["row"], -table["score"], ~table["is_issue"]))
    return table.iloc[order].reset_index(drop=True)


def label_faults(
    doubts: LabelDoubts, proba: np.ndarray, opinions: Mapping[str, np.ndarray], classes: Sequence[str]
) -> dict[str, Sequence]:
    """Describe the products for which another category is more probable.

    Parameters
    ----------
    doubts : LabelDoubts
        Of `proba`.
    proba : np.ndarray
        float, shape (n, k): all opinions together.
    opinions : Mapping[str, np.ndarray]
        Modality -> its probabilities, (n, k).
    classes : sequence of str
        Names of the k categories.
    """
    rows = np.flatnonzero(doubts.prefers_other)
    reasons, suggestions = [], []
    for row in rows:
        given, other = doubts.given[row], doubts.suggested[row]
        said = [_WORDS[m] for m, each in opinions.items() if _says(each[row]) == other]
        who = (
            f"its {' and '.join(said)} {'speak' if len(said) > 1 else 'speaks'}"
            if said
            else "all in all it speaks"
        )
        reasons.append(
            f"Filed under {classes[given]}, but {who} for {classes[other]} "
            f"({proba[row, other]:.0%} against {proba[row, given]:.0%})."
        )
        suggestions.append(f"Move it to {classes[other]}.")
    return _columns(rows, "label", doubts.score[rows], doubts.is_issue[rows], reasons, suggestions)


def conflict_faults(conflicts: Conflicts, y: np.ndarray, classes: Sequence[str]) -> dict[str, Sequence]:
    """Describe the products whose text and picture differ, from half the score of an issue on."""
    rows = np.flatnonzero(conflicts.differ & (conflicts.score >= LEAST_SCORE / 2))
    reasons, suggestions = [], []
    for row in rows:
        says = {"text": conflicts.text_says[row], "image": conflicts.image_says[row]}
        suspect, other = ("image", "text") if conflicts.suspect[row] == "image" else ("text", "image")
        filed = "as filed" if says[other] == y[row] else f"filed under {classes[y[row]]}"
        reasons.append(
            f"The {_WORDS[other]} speaks for {classes[says[other]]}, {filed}; "
            f"the {_WORDS[suspect]} speaks for {classes[says[suspect]]}."
        )
        suggestions.append(_CHECK[suspect])
    return _columns(
        rows, conflicts.suspect[rows], conflicts.score[rows], conflicts.is_issue[rows], reasons, suggestions
    )


def outlier_faults(outliers: Outliers, y: np.ndarray, classes: Sequence[str]) -> dict[str, Sequence]:
    """Describe the products that are outside what is usual in their category."""
    rows = np.flatnonzero(outliers.outside)
    reasons = []
    for row in rows:
        far = [_WORDS[m] for m, mask in outliers.modalities.items() if mask[row]]
        what = f"Its {' and '.join(far)} {'are' if len(far) > 1 else 'is'} far" if far else "Rather far"
        reasons.append(
            f"{what} from all others: farther than {outliers.percentile[row]:.1f} % of {classes[y[row]]}."
        )
    suggestions = [
        "Check whether it belongs in this catalogue, and whether text and picture are of use."
    ] * len(rows)
    return _columns(rows, "outlier", outliers.score[rows], outliers.is_issue[rows], reasons, suggestions)


def duplicate_faults(duplicates: Duplicates, y: np.ndarray, classes: Sequence[str]) -> dict[str, Sequence]:
    """Describe pairs of products that seem to be one; the later row is the fault.

    Products that share a name and have quite unlike pictures are variants, and not listed.
    """
    named = duplicates.same_name & (duplicates.score >= UNCOMPARED)
    issue = duplicates.alike | duplicates.same_image | named
    listed = np.flatnonzero(issue | (duplicates.score >= UNCOMPARED / 2))
    reasons, suggestions = [], []
    for at in listed:
        one, other = duplicates.pairs[at]
        what = _DUPLICATE[bool(duplicates.same_name[at]), bool(duplicates.same_image[at])]
        if duplicates.alike[at] and duplicates.same_name[at] and not duplicates.same_image[at]:
            what = "Same name as, and otherwise much like,"
        where = "" if y[one] == y[other] else f", which is filed under {classes[y[one]]}"
        reasons.append(f"{what} another product{where}.")
        suggestions.append(
            "Keep one of the two." if issue[at] else "If it is a variant, let the names say which."
        )
    first, later = duplicates.pairs[listed].T
    return _columns(later, "duplicate", duplicates.score[listed], issue[listed], reasons, suggestions, first)


def leak_faults(leaked: Leaks) -> dict[str, Sequence]:
    """Describe test products that have a duplicate among those learned from."""
    count = len(leaked.rows)
    return _columns(
        leaked.rows,
        "leak",
        leaked.score,
        np.ones(count, dtype=bool),
        ["A duplicate of this test product is among those learned from: its result flatters the model."]
        * count,
        ["Split anew with duplicates kept together, or leave it out of the test."] * count,
        leaked.sources,
    )


def _says(proba: np.ndarray) -> int:
    return int(np.argmax(proba)) if np.isfinite(proba).all() else -1


def _columns(
    rows: np.ndarray,
    kind: str | np.ndarray,
    score: np.ndarray,
    is_issue: np.ndarray,
    reasons: list[str],
    suggestions: list[str],
    other: np.ndarray | None = None,
) -> dict[str, Sequence]:
    return {
        "row": rows,
        "kind": np.broadcast_to(kind, len(rows)),
        "score": score,
        "is_issue": is_issue,
        "other": np.full(len(rows), -1) if other is None else other,
        "reason": reasons,
        "suggestion": suggestions,
    }

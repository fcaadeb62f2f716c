"""Several models' answers side by side, and tested in pairs where they answered the same products."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from core.bundle.results import Answers
from core.common.categories import positions_of
from core.evaluation.intervals import ScoreIntervals, score_intervals
from core.evaluation.paired import Comparison, adjusted, compare


@dataclass(frozen=True)
class Pair:
    """The first of several models against another one.

    Attributes
    ----------
    first, second
        Their names.
    comparison
        The paired test; None where no product can be matched.
    note
        Which products it rests on, or why there is none.
    """

    first: str
    second: str
    comparison: Comparison | None
    note: str


def scores_of(answers: Answers) -> ScoreIntervals:
    """Return accuracy, macro F1 and weighted F1 of some answers, with intervals over groups of products."""
    position = positions_of(sorted({*answers.true, *answers.predicted}))
    true, predicted = (_numbers(each, position) for each in (answers.true, answers.predicted))
    groups = None
    if answers.ids is not None and answers.groups:
        groups = np.unique([answers.groups[sku] for sku in answers.ids], return_inverse=True)[1]
    return score_intervals(true, predicted, len(position), groups=groups)


def compare_answers(answers: Sequence[Answers]) -> list[Pair]:
    """Compare the first of several models with each other one, on products whose ids both have.

    P-values are adjusted for their number (Holm).
    """
    first, *others = answers
    pairs = [_pair(first, other) for other in others]
    tested = iter(adjusted([pair.comparison for pair in pairs if pair.comparison is not None]))
    return [
        pair if pair.comparison is None else Pair(pair.first, pair.second, next(tested), pair.note)
        for pair in pairs
    ]


def _pair(first: Answers, second: Answers) -> Pair:
    for each in (first, second):
        if each.ids is None:
            return _untested(first, second, f"{each.name} has no ids")
        if len(set(each.ids)) < len(each.ids):
            return _untested(first, second, f"{each.name} has ids that stand in it twice")
    rows = {sku: row for row, sku in enumerate(_ids(second))}
    matched = [(row, rows[sku]) for row, sku in enumerate(_ids(first)) if sku in rows]
    if not matched:
        return _untested(first, second, "they have no ids in common")
    own, their = (np.array(side) for side in zip(*matched, strict=True))
    agreed = first.true[own] == second.true[their]
    if not agreed.any():
        return _untested(first, second, "their products have other true categories")
    own, their = own[agreed], their[agreed]
    position = positions_of(sorted({*first.true, *first.predicted, *second.predicted}))
    known = first.groups or second.groups
    groups = None
    if known:
        groups = np.unique([known[sku] for sku in _ids(first)[own]], return_inverse=True)[1]
    comparison = compare(
        _numbers(first.true[own], position),
        _numbers(first.predicted[own], position),
        _numbers(second.predicted[their], position),
        names=(first.name, second.name),
        groups=groups,
    )
    return Pair(first.name, second.name, comparison, " ".join(_rests_on(first, second, matched, agreed)))


def _rests_on(
    first: Answers, second: Answers, matched: Sequence[tuple[int, int]], agreed: np.ndarray
) -> Iterator[str]:
    """Yield which products a comparison rests on."""
    count = int(agreed.sum())
    if len(first) == len(second) == count:
        yield f"All {count:,} products."
        return
    yield f"{count:,} products, of {len(first):,} and {len(second):,}."
    if others := len(matched) - count:
        yield f"{others:,} with another true category were left out."


def _untested(first: Answers, second: Answers, reason: str) -> Pair:
    return Pair(first.name, second.name, None, f"No paired test: {reason}.")


def _ids(answers: Answers) -> np.ndarray:
    return np.empty(0, dtype=object) if answers.ids is None else answers.ids


def _numbers(categories: np.ndarray, position: dict[str, int]) -> np.ndarray:
    return np.array([position[each] for each in categories], dtype=np.int64)

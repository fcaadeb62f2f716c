"""What one model answers for the test products."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from core.bundle.head_answers import HeadAnswers
from core.common.recent import Recent
from core.views.formatting import counted, percent

if TYPE_CHECKING:
    from core.bundle.reader import Bundle
    from core.views.selection import Selection

REMEMBERED = 24
"""Models whose answers are kept in memory."""


class Answers(HeadAnswers):
    """The answers of one model for some test products, and what pages show of them."""

    @property
    def correct(self) -> np.ndarray:
        """Which answers are right: bool (n,)."""
        return np.asarray(self.predicted == self.true)

    @cached_property
    def confidence(self) -> np.ndarray:
        """The probability of each predicted category: float64 (n,), 0 to 1."""
        return np.asarray(self.proba[np.arange(len(self.rows)), self.predicted])

    def predicted_names(self, classes: Sequence[str], n: int) -> np.ndarray:
        """Return the predicted category of every row of a table of n, (n,) objects; "" without an answer."""
        names = np.full(n, "", dtype=object)
        names[self.rows] = np.asarray(classes, dtype=object)[self.predicted]
        return names

    def confidences(self, n: int) -> np.ndarray:
        """Return the confidence for every row of a table of n: float (n,), 0 to 1, NaN without an answer."""
        confidences = np.full(n, np.nan)
        confidences[self.rows] = self.confidence
        return confidences

    def take(self, chosen: np.ndarray) -> Answers:
        """Return some of the answers: a mask, bool (n,), or positions, int64 (m,)."""
        return Answers(self.rows[chosen], self.true[chosen], self.predicted[chosen], self.proba[chosen])


_remembered: Recent[Answers] = Recent(REMEMBERED)


def answers(bundle: Bundle, modality: str, head: str | None = None) -> Answers:
    """Return one head's answers, the chosen head's where none is named; read once, never to be changed."""
    name = head or bundle.best[modality]
    key = bundle.path, bundle.fingerprint, modality, name
    return _remembered.get(key, lambda: _read(bundle, modality, name))


def _read(bundle: Bundle, modality: str, head: str) -> Answers:
    given = bundle.head_answers(modality, head)
    return Answers(given.rows, given.true, given.predicted, given.proba)


def in_selection(bundle: Bundle, selection: Selection, given: Answers) -> np.ndarray:
    """Return which answers are for products of the selected categories: bool (n,)."""
    return selection.of_categories(np.asarray(bundle.classes, dtype=object)[given.true])


def selection_summary(selected: Answers, categories: int) -> str:
    """Return the accuracy of a model on the test products of some selected `categories`, in a sentence."""
    where = counted(categories, "selected category", "selected categories")
    n = len(selected.rows)
    if not n:
        return f"No test products in the {where}."
    right = int(selected.correct.sum())
    return f"Accuracy {percent(right / n)} in the {where}: {right:,} of {counted(n, 'test product')}."

"""Answers to products that the answering model had not seen: what its promises are made from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class HeldOutAnswers:
    """The answers of one model to n products of which it was given the same: text, image, or both.

    Attributes
    ----------
    true, predicted
        int64 (n,): categories.
    confidence
        float64 (n,), 0 to 1: calibrated probabilities of the predicted categories.
    strangeness
        float64 (n,), 0 to 1: how unlike the catalogue each product is (`core.evaluation.strangeness`); NaN
        where it is not known.
    disagreement
        float64 (n,), 0 to 1: how far text and image are from speaking for the same category; NaN where only
        one is given.
    unknown_language, meaningless
        bool (n,): texts that cannot be read (`core.evaluation.texts`).
    in_validation
        bool (n,): validation products, which new products resemble most; the others are training products,
        answered by models trained without them.
    """

    true: np.ndarray
    predicted: np.ndarray
    confidence: np.ndarray
    strangeness: np.ndarray
    disagreement: np.ndarray
    unknown_language: np.ndarray
    meaningless: np.ndarray
    in_validation: np.ndarray

    def __len__(self) -> int:
        return len(self.true)

    @property
    def right(self) -> np.ndarray:
        """Which answers are right, bool (n,)."""
        right: np.ndarray = self.true == self.predicted
        return right

    @property
    def unreadable(self) -> np.ndarray:
        """Whose text cannot be read, bool (n,)."""
        unreadable: np.ndarray = self.unknown_language | self.meaningless
        return unreadable

    def take(self, rows: np.ndarray) -> HeldOutAnswers:
        """Return some of them, chosen by position or by a mask."""
        return HeldOutAnswers(
            self.true[rows],
            self.predicted[rows],
            self.confidence[rows],
            self.strangeness[rows],
            self.disagreement[rows],
            self.unknown_language[rows],
            self.meaningless[rows],
            self.in_validation[rows],
        )


def disagreement(text: np.ndarray, image: np.ndarray) -> np.ndarray:
    """Return how far two models' probabilities, (n, k) each, are from each other, float64 (n,), 0 to 1.

    One minus the overlap of Bhattacharyya (1943): 0 where both give every category the same probability, 1
    where whatever one holds possible is impossible to the other.
    """
    overlap = np.sqrt(text.astype(np.float64) * image.astype(np.float64)).sum(axis=1)
    apart: np.ndarray = 1 - np.clip(overlap, 0, 1)
    return apart

"""Answer products with the models of a bundle, and say which answers need review, and why."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np

from core.bundle.reader import Bundle
from core.evaluation.acceptance import AcceptanceRule
from core.evaluation.held_out import disagreement
from core.evaluation.strangeness.fitting import GIVENS
from core.evaluation.thresholds import LEAST_OWN
from core.heads.inputs import Inputs
from core.heads.key import HeadKey
from core.heads.scoring import Scores
from core.serving.reasons import (
    DISAGREE,
    LOW_CONFIDENCE,
    MEANINGLESS,
    NO_USABLE_IMAGE,
    NOTHING,
    UNKNOWN_LANGUAGE,
    UNLIKE,
    UNTESTED,
)

NOTHING_GIVEN = ""
NEVER = 2.0
"""The confidence that an answer needs which nothing is promised of."""


@dataclass(frozen=True, eq=False)
class ProductAnswers:
    """The answers for n products.

    Attributes
    ----------
    given
        object (n,): what each has that the bundle reads: text, image, fused for both, "" for nothing.
    proba
        float32 (n, classes): calibrated probabilities of the model for what is given; NaN for nothing.
    single
        text, image -> the same of the model for that input alone; NaN where a product lacks it.
    strangeness
        float64 (n,), 0 to 1: how unlike the catalogue each product is; NaN for nothing.
    needed
        float64 (n,): the confidence that the answer's category needs; NaN for nothing.
    reasons
        bool for each reason for review (of `core.serving.reasons.REASONS`) that occurs, (n,).
    """

    given: np.ndarray
    proba: np.ndarray
    single: dict[str, np.ndarray]
    strangeness: np.ndarray
    needed: np.ndarray
    reasons: dict[str, np.ndarray]

    def __len__(self) -> int:
        return len(self.given)

    @property
    def answered(self) -> np.ndarray:
        """Which products have an answer, bool (n,)."""
        return np.asarray(self.given != NOTHING_GIVEN)

    @property
    def predicted(self) -> np.ndarray:
        """Positions of the answers in the categories, int64 (n,); -1 for none."""
        best = np.full(len(self), -1, dtype=np.int64)
        best[self.answered] = self.proba[self.answered].argmax(axis=1)
        return best

    @property
    def confidence(self) -> np.ndarray:
        """Probabilities of the answers, float32 (n,); NaN for none."""
        highest: np.ndarray = self.proba.max(axis=1)
        return highest

    @property
    def needs_review(self) -> np.ndarray:
        """Which products a person should review, bool (n,)."""
        review = np.zeros(len(self), dtype=bool)
        for affected in self.reasons.values():
            review |= affected
        return review

    def reasons_of(self, row: int) -> tuple[str, ...]:
        """Return why a product needs review, none if it does not."""
        return tuple(reason for reason, affected in self.reasons.items() if affected[row])


def answer_products(
    bundle: Bundle, scores: Scores, with_image: np.ndarray, unpromised: Collection[str] = ()
) -> ProductAnswers:
    """Answer each product by the model chosen for what it has.

    Parameters
    ----------
    bundle
        Whose promises count.
    scores
        Of the n products.
    with_image
        bool (n,): products that came with an image. One that has no features for all that shows nothing.
    unpromised
        Of text, image, fused: what the bundle promises nothing of, because another model answers it here.
    """
    inputs = scores.inputs
    n, classes = len(inputs), len(bundle.classes)
    proba = np.full((n, classes), np.nan, dtype=np.float32)
    strangeness, needed = np.full(n, np.nan), np.full(n, np.nan)
    given = _given(inputs)
    read = None if bundle.texts is None else bundle.texts.read(inputs.texts)
    covered = np.zeros(n, dtype=bool) if read is None else read.covered
    single = {side: _single(bundle, scores, side, covered) for side in inputs.features}
    reasons = {reason: np.zeros(n, dtype=bool) for reason in (LOW_CONFIDENCE, UNLIKE, DISAGREE, UNTESTED)}
    for kind in np.unique(given[given != NOTHING_GIVEN]).tolist():
        if kind in unpromised:
            rows = np.flatnonzero(given == kind)
            proba[rows] = scores.calibrated(HeadKey(kind, scores.scorers.best[kind]))[rows]
            needed[rows], reasons[UNTESTED][rows] = NEVER, True
            continue
        for head, rule, rows in _who_answers(bundle, scores, kind, given == kind, covered):
            proba[rows] = scores.calibrated(HeadKey(kind, head))[rows]
            strangeness[rows] = _strangeness(bundle, inputs, kind, rows, covered)
            predicted, confidence = proba[rows].argmax(axis=1), proba[rows].max(axis=1)
            needed[rows] = np.asarray(rule.thresholds)[predicted]
            untested = np.asarray(rule.own)[predicted] < LEAST_OWN
            reasons[UNTESTED][rows] = untested
            reasons[LOW_CONFIDENCE][rows] = ~untested & ~rule.confident(predicted, confidence)
            reasons[UNLIKE][rows] = rule.strange(strangeness[rows])
            if kind == "fused":
                reasons[DISAGREE][rows] = _disagreeing(rule, single, rows)
    if "image" in bundle.encoders:
        reasons[NO_USABLE_IMAGE] = with_image & ~inputs.present("image")
    if read is not None:
        reasons[UNKNOWN_LANGUAGE], reasons[MEANINGLESS] = read.foreign.copy(), read.meaningless
        for kind in {"text", "fused"} & set(inputs.modalities):
            if bundle.other_head(kind) is None:
                reasons[UNKNOWN_LANGUAGE] |= covered & (given == kind)
    reasons[NOTHING] = given == NOTHING_GIVEN
    return ProductAnswers(given, proba, single, strangeness, needed, reasons)


def _given(inputs: Inputs) -> np.ndarray:
    """Return what each product has, object (n,)."""
    given = np.full(len(inputs), NOTHING_GIVEN, dtype=object)
    for modality in inputs.modalities:  # both comes last
        given[inputs.present(modality)] = modality
    return given


def _who_answers(
    bundle: Bundle, scores: Scores, kind: str, rows: np.ndarray, covered: np.ndarray
) -> Iterator[tuple[str, AcceptanceRule, np.ndarray]]:
    """Yield the heads that answer some products, each with its rule and its rows.

    Parameters
    ----------
    bundle, scores, kind
        The bundle, its heads' scores, and what is given: text, image or fused.
    rows
        bool (n,): the products.
    covered
        bool (n,): texts in a language that the encoder covers and the catalogue does not have.
    """
    other = bundle.other_head(kind)
    by_other = rows & covered if other is not None else np.zeros(len(rows), dtype=bool)
    if (rows & ~by_other).any():
        yield scores.scorers.best[kind], bundle.acceptance(kind), np.flatnonzero(rows & ~by_other)
    if other is not None and by_other.any():
        yield other.head, other.rule, np.flatnonzero(by_other)


def _single(bundle: Bundle, scores: Scores, side: str, covered: np.ndarray) -> np.ndarray:
    present = scores.inputs.present(side)
    proba = np.full((len(present), len(bundle.classes)), np.nan, dtype=np.float32)
    for head, _, rows in _who_answers(bundle, scores, side, present, covered):
        proba[rows] = scores.calibrated(HeadKey(side, head))[rows]
    return proba


def _strangeness(
    bundle: Bundle, inputs: Inputs, given: str, rows: np.ndarray, covered: np.ndarray
) -> np.ndarray:
    vectors = {side: np.asarray(inputs.vectors(side)[rows], dtype=np.float32) for side in GIVENS[given]}
    return bundle.strangeness.of(given, vectors, inputs.texts[rows], covered[rows])


def _disagreeing(rule: AcceptanceRule, single: dict[str, np.ndarray], rows: np.ndarray) -> np.ndarray:
    return rule.disagreeing(disagreement(single["text"][rows], single["image"][rows]))

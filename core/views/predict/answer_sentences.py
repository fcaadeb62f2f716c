"""An answer in sentences, as the *Predict* page shows it; pure functions, no Streamlit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.serving.explain.case import Case
from core.serving.explain.modalities import modality_effects
from core.views.display_names import MODALITY_NAMES, head_name
from core.views.formatting import percent

if TYPE_CHECKING:
    from core.bundle.reader import Bundle
    from core.serving.answer import Answer
    from core.serving.predictor import Predictor

NAMED = 8
"""At most this many plausible categories are named."""


@dataclass(frozen=True)
class Rationale:
    """Why an answer came out: a sentence, and the answers from text and image alone ("" for one input)."""

    sentence: str
    alone: str


def rationale_of(predictor: Predictor, answer: Answer, text: str) -> Rationale:
    """Return whether text or image decided, and what each says alone; encodes nothing."""
    explained = modality_effects(Case.of_answer(predictor, answer, text))
    if len(explained.effects) == 1:
        return Rationale(explained.sentence, "")
    alone = (
        f"{MODALITY_NAMES[one.modality]} alone: {one.alone.category}, {percent(one.alone.confidence)}"
        for one in explained.effects
    )
    return Rationale(explained.sentence, " · ".join(alone))


def threshold_sentence(bundle: Bundle, answer: Answer) -> str:
    """Return why an answer needs review, or does not: the confidence its category needs."""
    precision = percent(bundle.manifest.review.precision, 0)
    if answer.threshold > 1:
        return (
            f"Always review this category: no confidence is high enough for {precision} precision on "
            "validation products."
        )
    relation = "below" if answer.needs_review else "above"
    return (
        f"This answer is {relation} the threshold of {percent(answer.threshold)}, from which on validation "
        f"products of this category reach {precision} precision."
    )


def plausible_sentence(bundle: Bundle, answer: Answer) -> str:
    """Return the plausible categories."""
    coverage = percent(bundle.manifest.conformal.coverage, 0)
    promise = f"such a list holds the true category for {coverage} of products"
    if len(answer.plausible) == 1:
        return f"No other category is plausible ({promise})."
    named, more = ", ".join(answer.plausible[:NAMED]), len(answer.plausible) - NAMED
    return f"Plausible: {named}{f' and {more} more' if more > 0 else ''} ({promise})."


def calibration_sentence() -> str:
    """Return what a confidence means."""
    return (
        "Confidence is calibrated on validation products: about 90% of the answers with 90% confidence are "
        "right. The Models page shows how well this holds on test products."
    )


def agreement_sentence(answer: Answer) -> str:
    """Return how many of the models agree with the answer, and which model gave it if none of them did."""
    total = len(answer.models)
    agreeing = sum(one.ranked[0].category == answer.category for one in answer.models)
    share = f"All {total}" if agreeing == total else f"{agreeing} of {total}"
    sentence = f"{share} models predict {answer.category}."
    if any(one.model == answer.answered_by for one in answer.models):
        return sentence
    model = f"{MODALITY_NAMES[answer.answered_by.modality]}: {head_name(answer.answered_by.head)}"
    return f"{sentence} The answer above comes from {model}, which also works with one input."

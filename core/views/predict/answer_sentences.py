"""An answer in sentences, as the *Predict* page shows it; pure functions, no Streamlit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.serving.explain.case import Case
from core.serving.explain.modalities import modality_effects
from core.views.display_names import MODALITY_NAMES, head_name

if TYPE_CHECKING:
    from core.bundle.reader import Bundle
    from core.serving.answer import Answer
    from core.serving.predictor import Predictor


NAMED = 8
"""As many plausible categories are named."""

_WORDS = {"text": "Text", "image": "Picture"}


@dataclass(frozen=True)
class Rationale:
    """What an answer rests on: a sentence, and what text and picture say alone; "" where one was given."""

    sentence: str
    alone: str


def rationale_of(predictor: Predictor, answer: Answer, text: str) -> Rationale:
    """Say whether text or picture decided, and what the answer would be without either; encodes nothing."""
    found = modality_effects(Case.of_answer(predictor, answer, text))
    if len(found.effects) == 1:
        return Rationale(found.sentence, "")
    alone = (
        f"{_WORDS[e.modality]} alone: {e.alone.category} {e.alone.confidence:.0%}" for e in found.effects
    )
    return Rationale(found.sentence, " · ".join(alone))


def threshold_sentence(bundle: Bundle, answer: Answer) -> str:
    """Say what makes an answer sure, or one to be checked."""
    precision = bundle.manifest.review.precision
    if answer.threshold > 1:
        return (
            f"At no confidence were {precision:.0%} of the validation products put here right: always check."
        )
    line = f"Validation products put here with {answer.threshold:.0%} confidence or more were right"
    which = "Below that, a person should look." if answer.needs_review else "This answer is above that line."
    return f"{line} in {precision:.0%} of the cases or more. {which}"


def plausible_sentence(bundle: Bundle, answer: Answer) -> str:
    """Say which categories are not ruled out."""
    share = bundle.manifest.conformal.coverage
    promise = f"such a list holds the right category for {share:.0%} of products"
    if len(answer.plausible) == 1:
        return f"No other category is plausible ({promise})."
    named, more = ", ".join(answer.plausible[:NAMED]), len(answer.plausible) - NAMED
    return f"Not ruled out: {named}{f' and {more} more' if more > 0 else ''} ({promise})."


def calibration_sentence() -> str:
    """Say how far confidences can be taken at their word."""
    return (
        "Confidences are calibrated on validation products: of the answers given with 90% confidence, about "
        "nine in ten are right. The Models page shows how true that is on test products."
    )


def agreement_sentence(answer: Answer) -> str:
    """Say how many of the models share the answer's category, and whose the answer is if none of theirs."""
    first, every = answer.category, len(answer.models)
    same = sum(one.ranked[0].category == first for one in answer.models)
    words = f"All {every} models say {first}." if same == every else f"{same} of {every} models say {first}."
    if any(one.model == answer.answered_by for one in answer.models):
        return words
    whose = f"{MODALITY_NAMES['fused']}: {head_name(answer.answered_by.head)}"
    return f"{words} The answer above is that of {whose}, which needs only one of the two."

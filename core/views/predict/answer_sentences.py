"""An answer in sentences, as the *Predict* page shows it; pure functions, no Streamlit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.serving.answering import NEVER
from core.serving.explain.case import Case
from core.serving.explain.modalities import modality_effects
from core.serving.readable import word_head
from core.serving.reasons import (
    DISAGREE,
    LOW_CONFIDENCE,
    MEANINGLESS,
    NO_USABLE_IMAGE,
    UNKNOWN_LANGUAGE,
    UNLIKE,
    UNTESTED,
)
from core.views.display_names import MODALITY_NAMES, head_name
from core.views.formatting import counted, percent

if TYPE_CHECKING:
    from core.bundle.reader import Bundle
    from core.serving.answer import Answer
    from core.serving.predictor import Predictor

NAMED = 8
"""At most this many plausible categories are named."""
_SURPRISES = {
    UNLIKE: "Unlike anything in this catalogue: it may belong to none of its categories.",
    DISAGREE: "Text and image disagree: each speaks for another category.",
    NO_USABLE_IMAGE: "The image shows nothing that could be classified: the answer rests on the text.",
    UNKNOWN_LANGUAGE: "The text is in a language or script that the texts of this catalogue do not have.",
    MEANINGLESS: "The text has no meaning that could be classified.",
}
FURTHER_LANGUAGE = (
    "Those products are in the catalogue's own languages; how often answers to texts in this language are "
    "right was not measured."
)


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


def wanted_sentence(bundle: Bundle) -> str:
    """Return which precision is wanted, and what that means for answers."""
    precision = percent(bundle.manifest.acceptance.wanted_precision)
    return (
        f"{precision} precision asked for, as kept on Models: answers below the confidence that reaches it "
        "on products held out from training need review."
    )


def words_alone_sentence(bundle: Bundle) -> str:
    """Say which model reads a typed text where the catalogue's text vectors were given."""
    head = word_head(bundle)
    return (
        "The text vectors of this catalogue were given, and what made them is not here: a text is read by "
        f"its words alone ({head_name(str(head))}), and each answer needs review."
    )


def threshold_sentence(bundle: Bundle, answer: Answer) -> str:
    """Return what confidence the answer's category needs, and whether the answer has it."""
    rules = bundle.manifest.acceptance
    precision = percent(rules.wanted_precision)
    rule = rules.others[answer.given].rule if answer.further_language else rules.rules[answer.given]
    own = rule.own[bundle.classes.index(answer.category)]
    if answer.threshold >= NEVER:
        return "Always review it: nothing is promised of answers that rest on words alone."
    if UNTESTED in answer.reasons:
        return (
            f"Always review this category: only {counted(own, 'answer')} to products held out from training, "
            "too few to know how often such answers are right."
        )
    if answer.threshold > 1:
        return (
            f"Always review this category: no confidence is high enough for {precision} precision on "
            "products held out from training."
        )
    relation = "below" if LOW_CONFIDENCE in answer.reasons else "above"
    measured = (
        f"This confidence is {relation} the threshold of {percent(answer.threshold)}, from which on answers "
        f"of this category reach {precision} precision on products held out from training."
    )
    return f"{measured} {FURTHER_LANGUAGE}" if answer.further_language else measured


def surprise_sentences(answer: Answer) -> list[str]:
    """Return what is unusual about the product, so that its answer needs review however confident it is."""
    return [_SURPRISES[reason] for reason in answer.reasons if reason in _SURPRISES]


def plausible_sentence(bundle: Bundle, answer: Answer) -> str:
    """Return the plausible categories; "" for a product unlike the catalogue, for which none may be."""
    if not answer.plausible:
        return ""
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
    """Return how many of the models agree with the answer."""
    total = len(answer.models)
    agreeing = sum(one.ranked[0].category == answer.category for one in answer.models)
    share = f"All {total}" if agreeing == total else f"{agreeing} of {total}"
    return f"{share} models predict {answer.category}."

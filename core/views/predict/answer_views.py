"""An answer in words and tables, as the Predict page shows it; pure functions, no Streamlit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.serving.explain.case import Case
from core.serving.explain.modalities import modality_effects
from core.views.maps.map_charts import AROUND, place_figure
from core.views.maps.place import place, vector_for
from core.views.words import METHODS, MODALITIES, head_word

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

    from core.bundle.reader import Bundle, Projection
    from core.serving.answer import Answer
    from core.serving.predictor import Predictor

NAMED = 8
"""As many plausible categories are named."""

_WORDS = {"text": "Text", "image": "Picture"}


@dataclass(frozen=True)
class Decision:
    """What an answer rests on: a sentence, and what text and picture say alone; "" where one was given."""

    sentence: str
    alone: str


@dataclass(frozen=True, eq=False)
class Placed:
    """A map with the product on it, how many of the catalogue's products it draws, and how it was made."""

    figure: go.Figure
    rows: int
    method: str


def decision_of(predictor: Predictor, answer: Answer, text: str) -> Decision:
    """Say whether text or picture decided, and what the answer would be without either; encodes nothing."""
    found = modality_effects(Case.of_answer(predictor, answer, text))
    if len(found.effects) == 1:
        return Decision(found.sentence, "")
    alone = (
        f"{_WORDS[e.modality]} alone: {e.alone.category} {e.alone.confidence:.0%}" for e in found.effects
    )
    return Decision(found.sentence, " · ".join(alone))


def why_sure(bundle: Bundle, answer: Answer) -> str:
    """Say what makes an answer sure, or one to be checked."""
    precision = bundle.manifest["review"]["precision"]
    if answer.threshold > 1:
        return (
            f"At no confidence were {precision:.0%} of the validation products put here right: always check."
        )
    line = f"Validation products put here with {answer.threshold:.0%} confidence or more were right"
    which = "Below that, a person should look." if answer.needs_review else "This answer is above that line."
    return f"{line} in {precision:.0%} of the cases or more. {which}"


def plausible_words(bundle: Bundle, answer: Answer) -> str:
    """Say which categories are not ruled out; "" where the bundle makes no such promise."""
    if not answer.plausible:
        return ""
    share = bundle.manifest["conformal"]["coverage"]
    promise = f"such a list holds the right category for {share:.0%} of products"
    if len(answer.plausible) == 1:
        return f"No other category is plausible ({promise})."
    named, more = ", ".join(answer.plausible[:NAMED]), len(answer.plausible) - NAMED
    return f"Not ruled out: {named}{f' and {more} more' if more > 0 else ''} ({promise})."


def confidence_words(bundle: Bundle) -> str:
    """Say how far confidences can be taken at their word."""
    if not bundle.calibrators:
        return "This bundle's confidences are not calibrated: take them as an order, not as shares."
    return (
        "Confidences are calibrated on validation products: of the answers given with 90% confidence, about "
        "nine in ten are right. The Models page shows how true that is on test products."
    )


def ranked_table(answer: Answer) -> pd.DataFrame:
    """Lay out the ranked categories."""
    import pandas as pd

    return pd.DataFrame(
        [(one.category, one.confidence) for one in answer.ranked], columns=["Category", "Confidence"]
    )


def models_table(answer: Answer) -> pd.DataFrame:
    """Lay out what every model says, a row each, confidences 0 to 1."""
    import pandas as pd

    return pd.DataFrame(
        {
            "Chosen": one.chosen,
            "Input": MODALITIES[one.model.modality],
            "Model": head_word(one.model.head),
            "Category": one.ranked[0].category,
            "Confidence": one.ranked[0].confidence,
            "Second choice": one.ranked[1].category,
        }
        for one in answer.models
    )


def agreement_words(answer: Answer) -> str:
    """Say how many of the models share the answer's category, and whose the answer is if none of theirs."""
    first, every = answer.category, len(answer.models)
    same = sum(one.ranked[0].category == first for one in answer.models)
    words = f"All {every} models say {first}." if same == every else f"{same} of {every} models say {first}."
    if any(one.model == answer.answered_by for one in answer.models):
        return words
    whose = f"{MODALITIES['fused']}: {head_word(answer.answered_by.head)}"
    return f"{words} The answer above is that of {whose}, which needs only one of the two."


def likely(answer: Answer, most: int = 6) -> list[str]:
    """Return the categories worth telling apart on a map: the first of the answer, and the neighbours'."""
    named = [one.category for one in answer.ranked[:3]] + [one.category for one in answer.neighbours]
    return list(dict.fromkeys(named))[:most]


def best_map(bundle: Bundle, modality: str) -> Projection | None:
    """Return the flat map of a modality that keeps neighbours best; None where there is none."""
    flat = [one for one in bundle.projections if one.modality == modality and one.dims == 2]
    return max(flat, key=lambda one: one.trustworthiness or 0, default=None)


def placed_on_map(bundle: Bundle, answer: Answer, name: str) -> Placed | None:
    """Draw where the product lies among those of the catalogue.

    None if the bundle has no map of the answer's modality, or not the features that a place is found by.
    """
    projection = best_map(bundle, answer.given)
    if projection is None:
        return None
    at = place(bundle, projection, vector_for(answer.vectors, answer.given))
    if at is None:
        return None
    near = [one.row for one in answer.neighbours]
    figure = place_figure(bundle, projection, at, name, coloured=likely(answer), near=near)
    rows = min(AROUND, int(bundle.present(answer.given).sum()))
    return Placed(figure, rows, METHODS[projection.method])


def neighbours_table(answer: Answer, *, without: str = "") -> pd.DataFrame:
    """Lay out the nearest products: id, name, category, likeness -1 to 1; `without` the product itself."""
    import pandas as pd

    near = [one for one in answer.neighbours if one.sku != without]
    return pd.DataFrame(
        {
            "Id": [one.sku for one in near],
            "Name": [one.name for one in near],
            "Category": [one.category for one in near],
            "Likeness": [round(one.similarity, 4) for one in near],
        }
    )

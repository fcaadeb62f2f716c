"""Whether the text or the image decided: what the answer would be without the one, or without the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.heads.inputs import Inputs
from core.heads.key import HeadKey
from core.serving.answer import Ranked
from core.serving.explain.case import Case, log_odds

ALIKE = 0.8
"""Share of the larger contribution above which the smaller one counts as much."""


@dataclass(frozen=True)
class ModalityEffect:
    """What one modality does.

    Attributes
    ----------
    modality
        text or image.
    alone
        What the model chosen for this modality answers.
    without
        What the answer would be if the product did not have it.
    drop
        By how much the category's probability would fall then, -1 to 1.
    contribution
        What the modality adds to the log-odds of the category, from its share among the training products up
        to the answer. With two modalities, the mean of what it adds to nothing and of what it adds to the
        other one (Shapley's value: S. Lundberg and S. Lee, "A unified approach to interpreting model
        predictions", 2017), so that two which say the same share the credit.
    """

    modality: str
    alone: Ranked
    without: Ranked
    drop: float
    contribution: float


@dataclass(frozen=True)
class ModalityEffects:
    """What the modalities do, and in a sentence which of them decided."""

    effects: tuple[ModalityEffect, ...]
    sentence: str


def modality_effects(case: Case) -> ModalityEffects:
    """Find which modality a product's category rests on.

    A product without a modality is answered as any product that lacks it is.
    """
    read = [m for m in case.inputs.features if case.reads(m)]
    nothing = float(log_odds(case.predictor.scorers.prior[case.label]))
    everything = float(log_odds(case.confidence))
    lacking = {m: _score(case, case.answered_by, case.inputs.without(m)) for m in read}
    effects = []
    for modality in read:
        gains = [everything - float(log_odds(lacking[modality][case.label]))]
        gains += [float(log_odds(lacking[m][case.label])) - nothing for m in read if m != modality]
        chosen = case.predictor.model_for(modality)
        effects.append(
            ModalityEffect(
                modality,
                _first(case, _score(case, chosen, case.inputs)),
                _first(case, lacking[modality]),
                float(case.confidence - lacking[modality][case.label]),
                float(np.mean(gains)),
            )
        )
    return ModalityEffects(tuple(effects), _sentence(case.category, effects))


def _sentence(category: str, effects: list[ModalityEffect]) -> str:
    if len(effects) == 1:
        return f"The answer rests on the {effects[0].modality} alone."
    needed = [e for e in effects if e.without.category != category]
    if len(needed) == 1:
        decided, instead = needed[0], needed[0].without.category
        other = next(e.modality for e in effects if e is not decided)
        return (
            f"The {decided.modality} decided: without it the answer would be {instead}; "
            f"without the {other} it stays {category}."
        )
    if needed:
        instead = " and ".join(f"{e.without.category} without the {e.modality}" for e in effects)
        return f"It took both: the answer would be {instead}."
    weaker, stronger = sorted(effects, key=lambda e: e.contribution)
    is_close = weaker.contribution > ALIKE * stronger.contribution
    more = "both count alike" if is_close else f"the {stronger.modality} counts for more"
    return f"Text and image agree: either without the other gives {category}; {more}."


def _score(case: Case, model: HeadKey, inputs: Inputs) -> np.ndarray:
    return np.asarray(case.predictor.scorers.score(model, inputs)[0])


def _first(case: Case, proba: np.ndarray) -> Ranked:
    best = int(proba.argmax())
    return Ranked(case.predictor.bundle.classes[best], float(proba[best]))

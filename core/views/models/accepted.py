"""Which test products' answers need no review, by what each product has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from core.evaluation.acceptance import AcceptanceRule
from core.evaluation.coverage import Accepted
from core.evaluation.held_out import HeldOutAnswers
from core.evaluation.thresholds import LEAST_OWN
from core.serving.reasons import DISAGREE, LOW_CONFIDENCE, MEANINGLESS, UNKNOWN_LANGUAGE, UNLIKE, UNTESTED
from core.views.models.answers import Answers, answers

if TYPE_CHECKING:
    from core.bundle.reader import Bundle


def answers_if_given(bundle: Bundle, given: str) -> tuple[Answers, HeldOutAnswers]:
    """Return the answers for the test products that have what is given, and what guards measured of these.

    Parameters
    ----------
    bundle
        The bundle.
    given
        text, image or fused: the model chosen for it answers, whatever else a product has.
    """
    every = answers(bundle, given)
    kept = every.take(bundle.present(given)[every.rows])
    return kept, judged_with(bundle, given, kept)


def judged_with(bundle: Bundle, given: str, kept: Answers) -> HeldOutAnswers:
    """Return answers together with what guards measured of the products."""
    return HeldOutAnswers(
        true=kept.true,
        predicted=kept.predicted,
        confidence=kept.confidence,
        **bundle.guards.of_answers(given, kept.rows),
        in_validation=np.zeros(len(kept.rows), dtype=bool),
    )


def why_review(rule: AcceptanceRule, judged: HeldOutAnswers) -> np.ndarray:
    """Return the first reason why each answer needs review (of `core.serving.reasons.REASONS`), object (n,).

    "" where nobody has to review it.
    """
    untested = np.asarray(rule.own)[judged.predicted] < LEAST_OWN
    reasons = {
        LOW_CONFIDENCE: ~untested & ~rule.confident(judged.predicted, judged.confidence),
        UNLIKE: rule.strange(judged.strangeness),
        DISAGREE: rule.disagreeing(judged.disagreement),
        UNKNOWN_LANGUAGE: judged.unknown_language,
        MEANINGLESS: judged.meaningless,
        UNTESTED: untested,
    }
    return np.select(list(reasons.values()), list(reasons), "").astype(object)


def by_what_each_has(
    bundle: Bundle, rules: Mapping[str, AcceptanceRule] | None = None
) -> list[tuple[Answers, np.ndarray]]:
    """Return the answers to all test products, and `why_review` for each; a pair for each input.

    A product with text and image is among those of both, one with only a text among those of text.

    Parameters
    ----------
    bundle
        The bundle.
    rules
        text, image and fused -> when an answer needs no review; the bundle's own where None.
    """
    rules = bundle.manifest.acceptance.rules if rules is None else rules
    both = (
        bundle.present("fused") if "fused" in bundle.modalities else np.zeros(len(bundle.table), dtype=bool)
    )
    pairs = []
    for given in bundle.modalities:
        kept, judged = answers_if_given(bundle, given)
        own = np.ones(len(kept.rows), dtype=bool) if given == "fused" else ~both[kept.rows]
        pairs.append((kept.take(own), why_review(rules[given], judged)[own]))
    return pairs


def automation(bundle: Bundle, rules: Mapping[str, AcceptanceRule] | None = None) -> Accepted:
    """Return how many test products need no review, each answered by what it has, and how many are right.

    Products with neither text nor image are not among them. `rules` as in `by_what_each_has`.
    """
    pairs = by_what_each_has(bundle, rules)
    accepted = np.concatenate([why == "" for _, why in pairs])
    right = np.concatenate([kept.correct for kept, _ in pairs])
    return Accepted(len(accepted), int(accepted.sum()), int((accepted & right).sum()), None)

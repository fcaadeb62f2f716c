"""What people ask of the models of a catalogue, each answered in a sentence from what was measured.

Sentences are plain text: names of categories are data, so whoever shows them as Markdown escapes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.common.modality import MODALITY_NAMES
from core.evaluation.intervals import Interval, wilson
from core.evaluation.paired import Comparison
from core.views.display_names import head_name
from core.views.formatting import counted, percent, percent_interval, points_interval

if TYPE_CHECKING:
    from core.bundle.model_card import ModelCard
    from core.bundle.reader import Bundle
    from core.evaluation.coverage import Accepted
    from core.evaluation.fusion_gain import FusionGain

MIXED_UP = 3
"""Pairs of categories that are named."""

SAME = 0.0005
"""Accuracies that differ by less are the same on screen, where percentages have one decimal."""


@dataclass(frozen=True)
class Reply:
    """A question, its answer in a sentence, and what the answer rests on."""

    question: str
    verdict: str
    basis: str


def best_first(bundle: Bundle) -> list[ModelCard]:
    """Return the chosen model of each input, the most accurate on test products first."""
    chosen = [model for model in bundle.models if model.chosen]
    return sorted(chosen, key=lambda model: -model.report.accuracy)


def best_input(models: list[ModelCard], against: list[Comparison]) -> Reply:
    """Say which input is best.

    Parameters
    ----------
    models
        As `best_first` returns them.
    against
        The first compared with each other one, in their order; p-values adjusted for their number.
    """
    best = models[0]
    name, accuracy = MODALITY_NAMES[best.modality], percent(best.report.accuracy)
    basis = "; ".join(
        f"{MODALITY_NAMES[model.modality]} {percent(model.report.accuracy)} "
        f"(95% interval: {percent_interval(model.intervals['accuracy'])})"
        for model in models
    )
    basis = f"Accuracy on {counted(best.report.n, 'test product')}: {basis}."
    return Reply("Which input is best?", _lead(name, accuracy, models, against), basis)


def _lead(name: str, accuracy: str, models: list[ModelCard], against: list[Comparison]) -> str:
    if not against:
        return f"{name} is the only input: {accuracy} of its answers are right."
    second = MODALITY_NAMES[models[1].modality]
    lead = against[0].difference
    if lead.value < SAME:
        return f"{name} and {second} are equally accurate: {accuracy}."
    by = f"{100 * lead.value:.1f} points ahead of {second.lower()}"
    if against[0].could_be_chance:
        return f"{name} has the highest accuracy, {accuracy}, but being {by} could be chance."
    return f"{name}: {accuracy} of its answers are right, {by}, which is statistically clear."


def fusion_pays(gain: FusionGain) -> Reply:
    """Say whether text and image together are better than the better one alone."""
    overall, points = gain.overall, _points(gain.overall.difference)
    alone = overall.second.removesuffix(" alone").lower()
    if not overall.only_first + overall.only_second:
        verdict = f"No difference: both inputs together are right on the same products as {alone} alone."
    elif overall.could_be_chance:
        verdict = f"Not clearly: {points} of accuracy over {alone} alone could be chance."
    elif overall.difference.value > 0:
        verdict = f"Yes: {points} of accuracy over {alone} alone, statistically clear."
    else:
        verdict = f"No: {points} of accuracy against {alone} alone, statistically clear."
    return Reply("Does fusion pay?", verdict, gain.sentence)


def mixed_up(model: ModelCard) -> Reply:
    """Say which categories a model confuses most, either way."""
    report = model.report
    wrong = np.where(np.eye(len(report.classes), dtype=bool), 0, report.confusion)
    pairs = np.triu(wrong + wrong.T)
    mistakes = int(wrong.sum())
    by = f"{MODALITY_NAMES[model.modality]}, {head_name(model.head)}"
    total = f"{counted(mistakes, 'mistake')} on {counted(report.n, 'test product')} ({by})."
    question = "Which categories get mixed up?"
    if not mistakes:
        return Reply(question, "None: every test product is in its category.", total)
    order = np.argsort(-pairs, axis=None, kind="stable")[:MIXED_UP]
    top = [divmod(int(cell), len(pairs)) for cell in order if pairs.flat[cell]]
    first, second = top[0]
    most, of_both = int(pairs[first, second]), int(report.confusion[[first, second]].sum())
    if most < 2:
        return Reply(question, "No pair stands out: none is mixed up more than once.", total)
    share = wilson(most, of_both)
    verdict = (
        f"Most often {report.classes[first]} and {report.classes[second]}: "
        f"{most:,} of the {counted(of_both, 'product')} of the two, {percent(share.value)} "
        f"(95% interval: {percent_interval((share.low, share.high))})."
    )
    others = "; ".join(f"{report.classes[a]} and {report.classes[b]}, {pairs[a, b]:,}" for a, b in top[1:])
    return Reply(question, verdict, f"{total} Next: {others}." if others else total)


def automated(accepted: Accepted, wanted_precision: float) -> Reply:
    """Say how much needs no person if that share of the accepted answers is to be right."""
    question, wanted = "How much can be automated?", percent(wanted_precision)
    share = percent(accepted.coverage)
    precision = accepted.precision
    tested = f"{accepted.accepted:,} of {counted(accepted.n, 'test product')} with text or image"
    if precision is None:
        return Reply(question, f"Nothing yet: no answer can be trusted to be {wanted} right.", f"{tested}.")
    basis = (
        f"{tested} are accepted; {percent(precision.value)} of these answers are right "
        f"(95% interval: {percent_interval((precision.low, precision.high))})."
    )
    if precision.high < wanted_precision:
        verdict = f"{share} of the products, but fewer than {wanted} of these answers are right."
        return Reply(question, verdict, basis)
    return Reply(question, f"{share} of the products can be filed without a person at {wanted}.", basis)


def _points(difference: Interval) -> str:
    interval = points_interval(difference.low, difference.high).removesuffix(" points")
    return f"{100 * difference.value:+.1f} points (95% interval: {interval})"
